import type { Interaction, KoaContextWithOIDC } from 'oidc-provider'
import type { AcrNames } from '../assurance/acr.ts'
import type { LevelLifetimes } from '../assurance/standing.ts'
import type { RepresentationLaw } from '../assurance/representation.ts'
import type { Ports } from '../ports/index.ts'
import type { DeliverySchedule } from '../delivery/deliveries.ts'
import type { LogoutOutcome } from './logout-delivery.ts'
import type { Resources } from './resource-servers.ts'

/** Seconds. */
export interface TokenLifetimes {
  readonly code: number
  readonly accessToken: number
  readonly clientCredentials: number
  readonly idToken: number
  readonly refreshToken: number
  readonly interaction: number
  readonly deviceCode: number
  /** Without use. */
  readonly session: number
  /** In any case, from its beginning. */
  readonly sessionAbsolute: number
}

/** What the provider is built from. */
export interface OidcSettings {
  readonly issuer: string
  readonly acr: AcrNames
  readonly reachable: ReadonlySet<number>
  readonly levelLifetimes: LevelLifetimes
  readonly ttl: TokenLifetimes
  readonly secureCookies: boolean
  /** How the client certificate of RFC 8705 reaches us; undefined: mTLS is off. */
  readonly clientCertificate?: ClientCertificateSource
  /** `public`: confidential clients may do without (RFC 7636). */
  readonly pkce: 'required' | 'public'
  readonly registration: {
    readonly enabled: boolean
    readonly initialAccessTokenRequired: boolean
    /** Registration ends there; the operator may add more. */
    readonly maxClients: number
  }
  readonly resources: Resources
  /** What discovery leads agencies to (OIDC Discovery 3). */
  readonly about?: {
    readonly policyUrl?: string
    readonly termsUrl?: string
    readonly documentationUrl?: string
  }
  /** Who may act for whom. */
  readonly law: RepresentationLaw
  /** For jwks_uri, sector_identifier_uri and back-channel logout. */
  readonly fetch: typeof globalThis.fetch
  /** When agencies that were away are told again of a session's end. */
  readonly logoutSchedule?: DeliverySchedule
  readonly countLogout?: (outcome: LogoutOutcome) => void
  /** What else ends when the registries take their word back. */
  readonly onLowered?: (subjectId: string) => Promise<void>
  readonly interactionUrl: (interaction: Interaction) => string
  readonly views: OidcViews
}

export type ClientCertificateSource = 'tls' | 'proxy'

/** The pages that oidc-provider asks for by itself; drawn by `src/http`. */
export interface OidcViews {
  error(ctx: KoaContextWithOIDC, error: ShownError): void | Promise<void>
  logout(ctx: KoaContextWithOIDC, form: string): void | Promise<void>
  loggedOut(ctx: KoaContextWithOIDC): void | Promise<void>
  deviceInput(ctx: KoaContextWithOIDC, form: string, error?: DeviceInputError): void | Promise<void>
  deviceConfirm(ctx: KoaContextWithOIDC, form: string, userCode: string): void | Promise<void>
  deviceDone(ctx: KoaContextWithOIDC): void | Promise<void>
}

export type DeviceInputError = 'wrong_code' | 'aborted' | 'failed'

export interface ShownError {
  readonly error: string
  readonly error_description?: string
  readonly scope?: string
  readonly state?: string
}

export type OidcPorts = Pick<
  Ports,
  | 'artifacts'
  | 'clients'
  | 'clock'
  | 'events'
  | 'identities'
  | 'keys'
  | 'logouts'
  | 'random'
  | 'sessionLevels'
  | 'subjects'
>
