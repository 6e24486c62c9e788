import type { Certificate } from './certificates.ts'
import type { JwtChanges, ProofKey } from './proof-keys.ts'

export type Fields = Readonly<Record<string, string | undefined>>

export interface FapiClientOptions {
  readonly id: string
  readonly issuer: string
  readonly auth: 'private_key_jwt' | 'mtls'
  readonly bound: 'dpop' | 'mtls'
  readonly key: ProofKey
  readonly dpopKey: ProofKey
  readonly certificate: Certificate
  /** More metadata. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** How one request differs from a right one. */
export interface How {
  /** False: no client authentication. */
  readonly auth?: false
  readonly assertion?: JwtChanges
  readonly assertionType?: string
  readonly proof?: JwtChanges | false
  /** False: none is shown. */
  readonly certificate?: Certificate | false
  readonly method?: string
  readonly accept?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json: Readonly<Record<string, unknown>>
}

export interface Pushed {
  readonly requestUri: string
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

export interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly scope: string
  readonly expires_in: number
  readonly pushed: Pushed
  readonly callback: URL
  readonly code: string
}
