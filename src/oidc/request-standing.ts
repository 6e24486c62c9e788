import type { Client, KoaContextWithOIDC } from 'oidc-provider'
import { wanted, type Wanted } from '../assurance/acr.ts'
import {
  asserted,
  isWithinMaxAge,
  standing,
  type Asserted,
  type LevelLifetimes,
  type Standing,
} from '../assurance/standing.ts'
import type { SessionProof } from '../ports/session-level-store.ts'
import { hasAct } from './acts.ts'
import { requestedDetails } from './authorization-details.ts'
import { levelMaxAges } from './client-policy.ts'
import type { OidcPorts, OidcSettings } from './settings.ts'
import { stepUpResult, type StepUpResult } from './step-up-result.ts'

/** What one authorization request wants, and what its session holds. */
export interface RequestStanding {
  readonly wanted: Wanted
  readonly held: Standing
  /** What the token will say when nothing more is proved; undefined when that is not enough. */
  readonly asserted?: Asserted
  /** A young enough proof is missing (OIDC Core 3.1.2.1, max_age). */
  readonly isTooOld: boolean
  /** The person was led up the ladder in this very request. */
  readonly wasAsked: boolean
  /** The person was asked and did not go all the way; a lower accepted level is taken. */
  readonly isSettled: boolean
  /** The newest proof in the session, fresh or not. Seconds since the epoch. */
  readonly lastProvedAt?: number
}

type Needs = Pick<OidcPorts, 'sessionLevels' | 'clock' | 'identities'>
type Settings = Pick<OidcSettings, 'acr' | 'reachable' | 'levelLifetimes'>

/** Computed once a request: oidc-provider runs the checks of a prompt side by side. */
export function requestStandings(ports: Needs, settings: Settings) {
  const known = new WeakMap<object, Promise<RequestStanding>>()

  return function standingOf(ctx: KoaContextWithOIDC): Promise<RequestStanding> {
    const found = known.get(ctx.oidc)
    if (found) return found
    const computed = compute(ctx)
    known.set(ctx.oidc, computed)
    return computed
  }

  async function compute(ctx: KoaContextWithOIDC): Promise<RequestStanding> {
    const { session, params, prompts } = ctx.oidc
    const result = stepUpResult(ctx)
    const now = Math.floor(ports.clock.now() / 1000)
    const act = hasAct(requestedDetails(ctx))
    const want = act ? wantedForAct() : wantedLevel(params)
    const all = await proofsOf(session, result?.proofs ?? [])
    const proofs = act ? all.filter((proof) => bearsAct(proof, result)) : all
    const held = standing(proofs, lifetimesFor(ctx.oidc.client), now, result?.proofs)
    const maxAge = Number(params?.['max_age'] ?? Number.POSITIVE_INFINITY)
    const wantedRank = want.kind === 'rank' ? want.rank : 1
    const wasAsked = result !== undefined
    const isTooOld =
      !wasAsked && !isWithinMaxAge(held, Math.min(wantedRank, held.rank), maxAge, now)
    const isSettled = (result?.settled ?? false) || prompts.has('none')
    return {
      wanted: want,
      held,
      asserted: conclude(want, held, isSettled),
      isTooOld,
      wasAsked,
      isSettled,
      lastProvedAt: proofs.at(-1)?.provedAt,
    }
  }

  function wantedLevel(params: KoaContextWithOIDC['oidc']['params']): Wanted {
    const asked = { acrValues: text(params?.['acr_values']), claim: acrClaim(params?.['claims']) }
    return wanted(asked, settings.acr, settings.reachable)
  }

  /** What is to be signed is signed, or the request has failed. */
  function wantedForAct(): Wanted {
    if (!settings.reachable.has(ACT_RANK)) return { kind: 'unreachable' }
    return { kind: 'rank', rank: ACT_RANK, accepted: [ACT_RANK], essential: true }
  }

  async function proofsOf(
    session: KoaContextWithOIDC['oidc']['session'],
    made: readonly SessionProof[],
  ) {
    const accountId = session?.accountId
    if (session === undefined || accountId === undefined) return []
    if (made.length > 0) await ports.sessionLevels.bind(session.uid, accountId, made)
    const held = await ports.sessionLevels.held(session.uid, accountId)
    return stillBorne(ports.identities, accountId, held)
  }

  /** A client may want younger proofs than the window at large. */
  function lifetimesFor(client: Client | undefined): LevelLifetimes {
    const own = levelMaxAges(client)
    return Object.fromEntries(
      Object.entries(settings.levelLifetimes).map(([rank, seconds]) => [
        rank,
        Math.min(seconds, own[rank] ?? seconds),
      ]),
    )
  }
}

/** What the registries have taken back since is proved no longer. */
export async function stillBorne(
  identities: Needs['identities'],
  accountId: string,
  proofs: readonly SessionProof[],
): Promise<readonly SessionProof[]> {
  if (!proofs.some(({ rank }) => rank > 1)) return proofs
  const lowered = (await identities.ofSubject(accountId))?.lowered
  if (lowered === undefined) return proofs
  return proofs.filter(({ rank, provedAt }) => rank === 1 || provedAt * 1000 > lowered.at)
}

const ACT_RANK = 4

/** A proof of level 4 bears only the act that it was made for. */
function bearsAct({ rank, provedAt }: SessionProof, result: StepUpResult | undefined): boolean {
  if (rank < ACT_RANK) return true
  if (result?.details === undefined) return false
  return result.proofs.some((made) => made.rank === rank && made.provedAt === provedAt)
}

function conclude(want: Wanted, held: Standing, isSettled: boolean): Asserted | undefined {
  if (want.kind === 'unreachable') return undefined
  if (held.rank >= want.rank) return asserted(held, want.accepted)
  if (!isSettled) return undefined
  return asserted(held, want.essential ? want.accepted : [])
}

/** oidc-provider folds `acr_values` into its own view of the claims and loses `essential`: the parameter
 *  is read as it was sent. It has been checked to be a JSON object by then. */
function acrClaim(claims: unknown): unknown {
  if (typeof claims !== 'string') return undefined
  const parsed: unknown = JSON.parse(claims)
  const idToken = (parsed as { id_token?: { acr?: unknown } } | null)?.id_token
  return idToken?.acr
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
