import type { cookieJar } from '../sandbox/cookie-jar.ts'
import { formsOf } from '../sandbox/html-forms.ts'
import { AUTHORIZATION, CALLBACK } from './clients.ts'
import { call } from './wire.ts'

export interface Endpoints {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly introspection_endpoint: string
  readonly userinfo_endpoint: string
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly id_token?: string
}

/** RFC 7636 appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export async function endpointsOf(issuer: string): Promise<Endpoints> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
  return (await answer.json()) as Endpoints
}

async function send<Body>(
  url: string,
  body: Record<string, string>,
  address?: string,
): Promise<Body> {
  const { status, text } = await call(url, {
    headers: { authorization: AUTHORIZATION, ...from(address) },
    form: new URLSearchParams(body),
  })
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
  return JSON.parse(text) as Body
}

const from = (address: string | undefined): Record<string, string> =>
  address ? { 'x-forwarded-for': address } : {}

export const clientCredentials = (at: Endpoints) =>
  send<Tokens>(at.token_endpoint, { grant_type: 'client_credentials' })

export const introspect = (at: Endpoints, token: string) =>
  send<{ active: boolean }>(at.introspection_endpoint, { token })

export const refresh = (at: Endpoints, token: string) =>
  send<Tokens>(at.token_endpoint, { grant_type: 'refresh_token', refresh_token: token })

export async function userinfo(at: Endpoints, token: string): Promise<void> {
  const { status } = await call(at.userinfo_endpoint, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (status !== 200) throw new Error(`userinfo: ${status}`)
}

export interface Browser {
  readonly jar: ReturnType<typeof cookieJar>
  readonly address?: string
  /** What to type into a page: by field name. */
  fill(field: string): Promise<string | undefined>
}

/** One authorization by one browser, from the request to the tokens. */
export async function codeFlow(
  at: Endpoints,
  browser: Browser,
  more: Readonly<Record<string, string>> = {},
): Promise<Tokens> {
  const query = new URLSearchParams({
    client_id: 'bench',
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'a-state-of-the-bench',
    nonce: 'a-nonce-of-the-bench',
    ...more,
  })
  const callback = await walk(new URL(`${at.authorization_endpoint}?${query}`), browser)
  const code = callback.searchParams.get('code')
  if (code === null) throw new Error(`no code: ${callback.search}`)
  const body = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  }
  return send<Tokens>(at.token_endpoint, body, browser.address)
}

async function walk(start: URL, browser: Browser): Promise<URL> {
  let [target, form] = [start, undefined as URLSearchParams | undefined]
  for (let turn = 0; turn < 20; turn += 1) {
    const { headers, text } = await call(target, {
      headers: {
        accept: 'text/html',
        cookie: browser.jar.header(target),
        ...from(browser.address),
      },
      form,
    })
    browser.jar.take(target, headers['set-cookie'] ?? [])
    const { location } = headers
    if (location === undefined) {
      ;[target, form] = await fillIn(text, target, browser)
      continue
    }
    target = new URL(location, target)
    form = undefined
    if (target.href.startsWith(CALLBACK)) return target
  }
  throw new Error('the sign-in does not end')
}

async function fillIn(page: string, at: URL, { fill }: Browser): Promise<[URL, URLSearchParams]> {
  const form = formsOf(page)[0]
  if (form === undefined) throw new Error(`a page without a form: ${page.slice(0, 500)}`)
  const body = new URLSearchParams([...form.fields])
  for (const name of form.fields.keys()) {
    const value = await fill(name)
    if (value !== undefined) body.set(name, value)
  }
  if (form.fields.has('attestation')) body.set('action', 'skip')
  return [new URL(form.action || at, at), body]
}
