/** Level names (`acr`) and what a request for them means. The order of the levels is a comparison of
 *  ranks, never of names: a subject at level 3 satisfies a request for level 2. */

export interface AcrNames {
  nameOf(rank: number): string
  /** Undefined for a name that is none of ours. */
  rankOf(name: string): number | undefined
}

export function acrNames(prefix: string): AcrNames {
  return {
    nameOf: (rank) => `${prefix}${rank}`,
    rankOf(name) {
      const digits = name.startsWith(prefix) ? name.slice(prefix.length) : ''
      return /^[1-9]$/.test(digits) ? Number(digits) : undefined
    },
  }
}

/** What the request says, in both places where it can say it. */
export interface AcrRequest {
  /** OIDC Core 3.1.2.1: space-separated, in order of preference. */
  readonly acrValues?: string
  /** OIDC Core 5.5.1.1: the `acr` member of `claims.id_token`, as it was sent. */
  readonly claim?: unknown
}

export type Wanted =
  | {
      readonly kind: 'rank'
      /** Where we lead the person. */
      readonly rank: number
      /** Ranks that the request names, when it names some: the token's `acr` is one of these. */
      readonly accepted: readonly number[]
      /** True when the request must fail rather than end below every accepted rank. */
      readonly essential: boolean
    }
  /** The request needs a level that this window does not offer. */
  | { readonly kind: 'unreachable' }

interface Ask {
  readonly ranks: readonly (number | undefined)[]
  readonly essential: boolean
}

const NOTHING_ASKED: Wanted = { kind: 'rank', rank: 1, accepted: [], essential: false }

/** OIDC Core 5.5.1.1: an essential `acr` that cannot be met is a failed authentication, a voluntary one
 *  is not. RFC 9470 section 5: `acr_values` is to be taken as necessary. The first value that can be
 *  reached is chosen; a list is an order of preference and is never answered by its lowest member. */
export function wanted(
  request: AcrRequest,
  names: AcrNames,
  reachable: ReadonlySet<number>,
): Wanted {
  const asks = [askOfValues(request.acrValues, names), askOfClaim(request.claim, names)]
  return asks
    .filter((ask) => ask !== undefined)
    .reduce<Wanted>((sofar, ask) => both(sofar, choose(ask, reachable)), NOTHING_ASKED)
}

function askOfValues(acrValues: string | undefined, names: AcrNames): Ask | undefined {
  const values = (acrValues ?? '').split(' ').filter((value) => value !== '')
  if (values.length === 0) return undefined
  return { ranks: values.map(names.rankOf), essential: true }
}

function askOfClaim(claim: unknown, names: AcrNames): Ask | undefined {
  if (typeof claim !== 'object' || claim === null) return undefined
  const { essential, value, values } = claim as Record<string, unknown>
  const listed = Array.isArray(values) ? values : value === undefined ? [] : [value]
  if (listed.length === 0) return undefined
  const ranks = listed.map((one) => (typeof one === 'string' ? names.rankOf(one) : undefined))
  return { ranks, essential: essential === true }
}

function choose(ask: Ask, reachable: ReadonlySet<number>): Wanted {
  const accepted = ask.ranks.filter((rank) => rank !== undefined && reachable.has(rank)) as number[]
  const rank = accepted[0]
  if (rank === undefined) return ask.essential ? { kind: 'unreachable' } : NOTHING_ASKED
  return { kind: 'rank', rank, accepted, essential: ask.essential }
}

function both(one: Wanted, other: Wanted): Wanted {
  if (one.kind === 'unreachable') return one
  if (other.kind === 'unreachable') return other
  return {
    kind: 'rank',
    rank: Math.max(one.rank, other.rank),
    accepted: meet(one, other),
    essential: one.essential || other.essential,
  }
}

/** With two lists, an essential one decides; two essential ones are to be met together. */
function meet(
  one: Extract<Wanted, { kind: 'rank' }>,
  other: Extract<Wanted, { kind: 'rank' }>,
): readonly number[] {
  if (one.accepted.length === 0) return other.accepted
  if (other.accepted.length === 0) return one.accepted
  if (one.essential !== other.essential) return one.essential ? one.accepted : other.accepted
  const common = one.accepted.filter((rank) => other.accepted.includes(rank))
  return common.length > 0 ? common : [Math.max(one.rank, other.rank)]
}
