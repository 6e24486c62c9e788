import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import { standing } from '../assurance/standing.ts'
import type { Ports } from '../ports/index.ts'
import { OWN_CALLBACK, OWN_CLIENT } from './own-client.ts'
import { stillBorne } from './request-standing.ts'
import type { OidcPorts, OidcSettings } from './settings.ts'

/** Who is signed in in this browser. */
export interface OwnSession {
  readonly uid: string
  readonly subjectId: string
  /** What is proved and still good. */
  readonly rank: number
  /** The newest proof of any rank, seconds since the epoch. */
  readonly provedAt: number
}

export interface SignInWish {
  readonly rank: number
  /** Seconds; older proofs are made anew. */
  readonly maxAge?: number
  /** Comes back to the callback. */
  readonly state: string
}

/** For pages of the window's own, which stand beside the provider. */
export interface OwnSessions {
  /** Undefined: nobody, or somebody whose account is not in force. */
  of(ctx: Context): Promise<OwnSession | undefined>
  /** Where a browser is sent to sign in; it comes back to `OWN_CALLBACK`. */
  signInPath(wish: SignInWish): string
}

type Needs = Pick<OidcPorts, 'clock' | 'identities' | 'sessionLevels' | 'subjects'> &
  Pick<Ports, 'random'>

export function ownSessions(
  provider: Provider,
  ports: Needs,
  { acr, issuer, levelLifetimes }: Pick<OidcSettings, 'acr' | 'issuer' | 'levelLifetimes'>,
): OwnSessions {
  const { clock, identities, random, sessionLevels, subjects } = ports
  return {
    async of(ctx) {
      const session = await provider.Session.get(ctx)
      const { uid, accountId } = session
      if (accountId === undefined) return undefined
      if ((await subjects.find(accountId))?.status !== 'active') return undefined
      const proofs = await sessionLevels.held(uid, accountId)
      const borne = await stillBorne(identities, accountId, proofs)
      const held = standing(borne, levelLifetimes, Math.floor(clock.now() / 1000))
      const provedAt = Math.max(0, ...held.fresh.map((proof) => proof.provedAt))
      return { uid, subjectId: accountId, rank: held.rank, provedAt }
    },

    signInPath({ rank, maxAge, state }) {
      const query = new URLSearchParams({
        client_id: OWN_CLIENT,
        redirect_uri: `${issuer}${OWN_CALLBACK}`,
        response_type: 'code',
        scope: 'openid',
        acr_values: acr.nameOf(rank),
        // Nobody knows what it is the hash of: the code that comes back is good for nothing.
        code_challenge: Buffer.from(random.bytes(32)).toString('base64url'),
        code_challenge_method: 'S256',
        state,
        ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
      })
      return `/oauth2/authorize?${query}`
    },
  }
}
