import { randomBytes } from 'node:crypto'
import type { IDToken, IntrospectionResponse, UserInfoResponse } from 'openid-client'
import type { Lang } from './text.ts'

/** What the agency asked for and must find again in the answer. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly level: number
  readonly maxAge?: number
  /** At the window's signing service. */
  readonly request?: string
}

/** The token response without the tokens themselves. */
export interface TokenFacts {
  readonly token_type: string
  readonly scope: string
  readonly expires_in: number | undefined
  readonly refresh_token: boolean
  readonly received_at: string
  readonly authorization_details?: readonly unknown[]
}

export interface SignIn {
  readonly claims: IDToken
  readonly idToken: string
  readonly accessToken: string
  readonly refreshToken?: string
  readonly facts: TokenFacts
  readonly userinfo?: UserInfoResponse
  readonly introspection?: IntrospectionResponse
  /** At the window's signing service. */
  readonly request?: string
}

/** A key of the texts, and the raw parameters that it is about. */
export interface Notice {
  readonly kind: 'good' | 'bad'
  readonly key: string
  readonly raw?: Readonly<Record<string, string>>
}

export interface AgencySession {
  readonly id: string
  lang: Lang
  pending?: PendingSignIn
  signIn?: SignIn
  notice?: Notice
  /** ISO time of the window's own message that this session is over. */
  endedByWindow?: string
  /** Kept after the agency forgot the person, to recognise the window's message. */
  leaving?: { readonly sid: unknown; readonly sub: string; readonly state: string }
}

const LIMIT = 10_000

/** Sessions in memory: this is a demo, a restart forgets them. */
export function agencySessions() {
  const sessions = new Map<string, AgencySession>()

  return {
    open(lang: Lang): AgencySession {
      const session: AgencySession = { id: randomBytes(24).toString('base64url'), lang }
      sessions.set(session.id, session)
      const oldest = sessions.keys().next().value
      if (sessions.size > LIMIT && oldest !== undefined) sessions.delete(oldest)
      return session
    },

    find: (id: string | undefined): AgencySession | undefined =>
      id === undefined ? undefined : sessions.get(id),

    /** A new id for the same session, so that an id planted before the sign-in is worth nothing. */
    renew(session: AgencySession): AgencySession {
      sessions.delete(session.id)
      const renewed = { ...session, id: randomBytes(24).toString('base64url') }
      sessions.set(renewed.id, renewed)
      return renewed
    },

    /** OpenID Connect Back-Channel Logout 1.0 section 2.7: by `sid` where there is one, else all of `sub`. */
    end({ sid, sub }: { readonly sid?: string; readonly sub?: string }, at: string): number {
      const ended = [...sessions.values()].filter((session) => {
        const known = session.signIn?.claims ?? session.leaving
        if (known === undefined) return false
        return sid === undefined ? known.sub === sub : known['sid'] === sid
      })
      for (const session of ended) {
        session.signIn = undefined
        session.endedByWindow = at
      }
      return ended.length
    },
  }
}

export type AgencySessions = ReturnType<typeof agencySessions>
