import { createHash, randomBytes } from 'node:crypto'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import type { Agent, SignInOptions } from './agent.ts'
import type { Answer, FapiClientOptions, Fields, How, Pushed, Tokens } from './fapi-steps.ts'
import { clientAssertion, dpopProof, signed, seconds, type JwtChanges } from './proof-keys.ts'
import { CALLBACK, webClient } from './relying-party.ts'
import { fetchAs, type Sent } from './tls-window.ts'

export type { Answer, FapiClientOptions, Fields, How, Pushed } from './fapi-steps.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A client of the FAPI 2.0 profile that is written out by hand, so that every step can be done wrong. */
export class FapiClient {
  readonly options: FapiClientOptions
  readonly id: string

  constructor(options: FapiClientOptions) {
    this.options = options
    this.id = options.id
  }

  get metadata(): ClientMetadata {
    const { id, auth, bound, key, certificate, more } = this.options
    const isMtls = auth === 'mtls'
    return webClient(id, {
      client_secret: undefined,
      redirect_uris: [CALLBACK, `${CALLBACK}/other`],
      token_endpoint_auth_method: isMtls ? 'self_signed_tls_client_auth' : 'private_key_jwt',
      jwks: { keys: [{ ...key.public, ...(isMtls ? { x5c: [certificate.x5c] } : {}) }] },
      panjereh_profile: 'fapi2',
      [bound === 'dpop'
        ? 'dpop_bound_access_tokens'
        : 'tls_client_certificate_bound_access_tokens']: true,
      ...more,
    })
  }

  url(path: string): string {
    return `${this.options.issuer}${path}`
  }

  request(more: Fields = {}) {
    const verifier = randomBytes(32).toString('base64url')
    const [state, nonce] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')]
    const fields: Fields = {
      response_type: 'code',
      scope: 'openid offline_access',
      redirect_uri: CALLBACK,
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    }
    return { fields, verifier, state, nonce }
  }

  par(fields: Fields, how: How = {}): Promise<Answer> {
    return this.post('/oauth2/par', fields, { proof: false, ...how })
  }

  async push(more: Fields = {}, how: How = {}): Promise<Pushed> {
    const { fields, ...kept } = this.request(more)
    const { status, json } = await this.par(fields, how)
    if (status !== 201) throw new Error(`PAR: ${status} ${JSON.stringify(json)}`)
    return { ...kept, requestUri: String(json['request_uri']) }
  }

  authorizeUrl({ requestUri }: Pick<Pushed, 'requestUri'>, more: Fields = {}): string {
    const query = { client_id: this.id, request_uri: requestUri, ...more }
    return this.url(`/oauth2/authorize?${new URLSearchParams(given(query))}`)
  }

  async authorize(agent: Agent, pushed: Pushed, options: SignInOptions = {}): Promise<URL> {
    return agent.signIn(this.authorizeUrl(pushed), options)
  }

  /** From the pushed request to the code. */
  async code(agent: Agent, more: Fields = {}, how: How = {}) {
    const pushed = await this.push(more, how)
    const callback = await this.authorize(agent, pushed)
    return { pushed, callback, code: callback.searchParams.get('code') ?? '' }
  }

  redeem(code: string, { verifier }: Pick<Pushed, 'verifier'>, how: How = {}, more: Fields = {}) {
    const fields = { code, redirect_uri: CALLBACK, code_verifier: verifier }
    return this.post('/oauth2/token', { grant_type: 'authorization_code', ...fields, ...more }, how)
  }

  async tokens(agent: Agent, more: Fields = {}, how: How = {}) {
    const { pushed, callback, code } = await this.code(agent, more, how)
    const { status, json } = await this.redeem(code, pushed)
    if (status !== 200) throw new Error(`token: ${status} ${JSON.stringify(json)}`)
    return { ...(json as Record<string, string>), pushed, callback, code } as Tokens
  }

  refresh(token: string, how: How = {}, more: Fields = {}) {
    const fields = { grant_type: 'refresh_token', refresh_token: token, ...more }
    return this.post('/oauth2/token', fields, how)
  }

  /** The protected resource: userinfo. */
  async resource(token: string, how: How = {}, headers: Fields = {}): Promise<Answer> {
    const isDpop = this.options.bound === 'dpop'
    const method = how.method ?? 'GET'
    const target = { htm: method, htu: this.url('/oauth2/userinfo'), accessToken: token }
    const proof =
      isDpop && how.proof !== false
        ? await dpopProof(this.options.dpopKey, target, how.proof)
        : undefined
    const all = given({
      authorization: `${isDpop ? 'DPoP' : 'Bearer'} ${token}`,
      dpop: proof,
      ...headers,
    })
    return this.send('/oauth2/userinfo', { method, headers: all }, how)
  }

  /** RFC 9101: the request as a signed object. */
  async requestObject(fields: Fields, changes: JwtChanges = {}): Promise<string> {
    const at = seconds()
    const claims = { iss: this.id, aud: this.options.issuer, client_id: this.id }
    const times = { iat: at, nbf: at, exp: at + 60 }
    const { key } = this.options
    return signed(key, { kid: key.public.kid }, { ...claims, ...times, ...fields }, changes)
  }

  async post(path: string, fields: Fields, how: How = {}): Promise<Answer> {
    const method = how.method ?? 'POST'
    const { bound, dpopKey } = this.options
    const target = { htm: method, htu: this.url(path) }
    const isProved = how.proof !== false && (bound === 'dpop' || how.proof !== undefined)
    const proof = isProved ? await dpopProof(dpopKey, target, how.proof || {}) : undefined
    const body = new URLSearchParams(given({ ...(await this.#credentials(how)), ...fields }))
    return this.send(
      path,
      { method, body, headers: given({ dpop: proof, accept: how.accept }) },
      how,
    )
  }

  async #credentials({ auth, assertion, assertionType = ASSERTION_TYPE }: How): Promise<Fields> {
    const { id, issuer, key } = this.options
    if (auth === false || this.options.auth === 'mtls') return { client_id: id }
    return {
      client_id: id,
      client_assertion_type: assertionType || undefined,
      client_assertion: await clientAssertion(key, id, issuer, assertion),
    }
  }

  async send(path: string, sent: Sent, { auth, certificate }: How = {}): Promise<Answer> {
    const { auth: method, bound } = this.options
    const shows = (method === 'mtls' && auth !== false) || bound === 'mtls'
    const shown = certificate ?? (shows ? this.options.certificate : false)
    const url = this.url(path)
    const answer = shown === false ? await fetch(url, { ...sent }) : await fetchAs(shown, url, sent)
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, json: parsed(text) }
  }
}

function given(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { text }
  }
}
