import type { Context } from 'koa'
import type { PageProps } from '../../pages/layout.ts'
import type { Ports } from '../../ports/index.ts'
import type { Enrolment } from '../../signing/enrolment.ts'

/** Who is signed in in this browser. */
export interface Session {
  readonly uid: string
  readonly subjectId: string
  /** What is proved and still good. */
  readonly rank: number
  /** The newest proof, seconds since the epoch. */
  readonly provedAt: number
}

export type AccountPorts = Pick<
  Ports,
  | 'activations'
  | 'authenticators'
  | 'clients'
  | 'clock'
  | 'events'
  | 'evidence'
  | 'signatureRequests'
  | 'signingCredentials'
>

export interface AccountNeeds {
  readonly ports: AccountPorts
  readonly sessions: {
    of(ctx: Context): Promise<Session | undefined>
    signInPath(wish: {
      readonly rank: number
      readonly maxAge?: number
      readonly state: string
    }): string
  }
  readonly revoke: Enrolment['revoke']
  /** The window's own, for the events. */
  readonly clientId: string
  readonly form: {
    /** Bound to the session. */
    token(uid: string): string
    /** Undefined: it was not sent from our page in this session. */
    read(ctx: Context, uid: string): Promise<Readonly<Record<string, string>> | undefined>
  }
  requestId(ctx: Context): string | undefined
  /** What every page has. */
  pageProps(ctx: Context): PageProps
}
