import { createHash, randomBytes } from 'node:crypto'
import type { Seen } from './agent.ts'
import { CALLBACK } from './relying-party.ts'
import type { TestWindow } from './window.ts'

type Fields = Readonly<Record<string, string>>

/** An authorization request that is put together by hand, for what no client library would send. */
export interface RawRequest {
  readonly url: URL
  readonly fields: Fields
  readonly verifier: string
}

export function rawRequest(
  window: Pick<TestWindow, 'url'>,
  clientId: string,
  more: Fields = {},
): RawRequest {
  const verifier = randomBytes(32).toString('base64url')
  const fields = {
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: CALLBACK,
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }
  const url = new URL(`${window.url}/oauth2/authorize?${new URLSearchParams(fields)}`)
  return { url, fields, verifier }
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly json: Record<string, unknown>
  readonly text: string
}

export async function postForm(
  url: string | URL,
  fields: Fields | URLSearchParams,
  headers: Fields = {},
): Promise<JsonAnswer> {
  return answered(await fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) }))
}

export async function answered(response: Response): Promise<JsonAnswer> {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const json = isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, headers: response.headers, json, text }
}

export function basic(clientId: string, secret: unknown): { authorization: string } {
  const pair = `${clientId}:${String(secret)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** Redeems the code that `seen` brought, with the client authentication that is given. */
export function redeemRaw(
  window: Pick<TestWindow, 'url'>,
  { fields, verifier }: RawRequest,
  seen: Pick<Seen, 'away'>,
  auth: { readonly fields?: Fields; readonly headers?: Fields },
): Promise<JsonAnswer> {
  return postForm(
    `${window.url}/oauth2/token`,
    {
      grant_type: 'authorization_code',
      code: seen.away?.searchParams.get('code') ?? '',
      redirect_uri: fields['redirect_uri'] ?? '',
      code_verifier: verifier,
      ...auth.fields,
    },
    auth.headers,
  )
}

/** Error of an authorization response in the query; the page, when nobody was sent anywhere. */
export function errorIn({ away, status, url }: Seen): string | undefined {
  if (away === undefined) return `a page: ${status} ${url.pathname}`
  return away.searchParams.get('error') ?? undefined
}
