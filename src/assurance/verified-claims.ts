import { z } from 'zod'

/** What is said of verified claims: OpenID Identity Assurance Schema Definition 1.0, sections 5.4 and 5.5. */
export interface Verification {
  readonly trust_framework: string
  readonly assurance_level: string
  /** ISO 8601 with a time zone: when the registries last said yes. */
  readonly time: string
  readonly evidence: readonly ElectronicRecord[]
}

export interface ElectronicRecord {
  readonly type: 'electronic_record'
  readonly check_details: readonly {
    readonly check_method: 'data'
    readonly organization: string
    readonly txn: string
    readonly time: string
  }[]
  readonly record: {
    readonly type: string
    readonly source: { readonly name: string }
  }
}

export interface Verified {
  readonly verification: Verification
  readonly claims: Readonly<Record<string, unknown>>
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** OpenID Connect for Identity Assurance 1.0, section 6: what a request may look like. Members that are not
 *  known are not an error; a request that does not hold to the form gets nothing. */
const Request = z.object({
  verification: z
    .looseObject({ trust_framework: z.unknown() })
    .refine((one) => 'trust_framework' in one),
  claims: z
    .record(z.string().max(100), z.unknown())
    .refine((claims) => Object.keys(claims).length > 0 && Object.keys(claims).length <= 100),
})
const MOST_EVIDENCE = 20

/** Section 6.3: a purpose of 3 to 300 characters, for the consent page. */
export const Purpose = z.string().min(3).max(300)

/** What of the verified claims answers this request: nothing that was not asked for, and nothing at all when the
 *  verification is not the one that is wanted (section 6.5.4). `now`: milliseconds since the epoch. */
export function answerVerifiedClaims(
  request: unknown,
  available: Verified,
  now: number,
): Json | undefined {
  const { data } = Request.safeParse(request)
  if (data === undefined) return undefined
  const verification = select(data.verification, available.verification, now)
  const claims = selectClaims(data.claims, available.claims)
  if (verification === undefined || claims === undefined) return undefined
  return { verification, claims }
}

/** Undefined when a filter does not hold. */
function select(wanted: Json, verification: Verification, now: number): Json | undefined {
  const { evidence: wantedEvidence, ...members } = wanted
  const { evidence, ...known } = verification
  const chosen: Record<string, unknown> = {}
  for (const [name, filter] of Object.entries(members)) {
    const value = (known as Json)[name]
    if (value === undefined) {
      // What we do not have cannot be what is demanded.
      if (isDemanding(filter)) return undefined
      continue
    }
    if (!holds(filter, value, now)) return undefined
    chosen[name] = value
  }
  if (wantedEvidence === undefined) return chosen
  const found = selectEvidence(wantedEvidence, evidence, now)
  return found === undefined ? undefined : { ...chosen, evidence: found }
}

const isDemanding = (filter: unknown): boolean =>
  isObject(filter) && ('value' in filter || 'values' in filter || filter['essential'] === true)

/** Section 6.5.1 and OIDC Core 5.5.1 for `value` and `values`; 6.5.2 for `max_age`, in seconds. */
function holds(filter: unknown, value: unknown, now: number): boolean {
  if (!isObject(filter)) return true
  if ('value' in filter && filter['value'] !== value) return false
  const { values, max_age: maxAge } = filter
  if (Array.isArray(values) && !values.includes(value)) return false
  if (maxAge === undefined) return true
  const age = now - Date.parse(String(value))
  return typeof maxAge === 'number' && age >= 0 && age <= maxAge * 1000
}

/** Each element of the request is to be met by a piece of evidence; only what it names comes with it. */
function selectEvidence(
  wanted: unknown,
  evidence: readonly ElectronicRecord[],
  now: number,
): readonly unknown[] | undefined {
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.length > MOST_EVIDENCE) {
    return undefined
  }
  const chosen = new Map<ElectronicRecord, unknown>()
  for (const one of wanted) {
    const met = evidence.flatMap((piece) => {
      const selected = selectMembers(one, piece, now)
      return selected === undefined ? [] : [[piece, selected] as const]
    })
    if (met.length === 0) return undefined
    for (const [piece, selected] of met) chosen.set(piece, selected)
  }
  return [...chosen.values()]
}

/** A request that mirrors the shape of the data: `null` for a member as it is, an object for parts of it or for
 *  a filter on it, a list for some of a list. */
function selectMembers(wanted: unknown, value: unknown, now: number): unknown {
  if (wanted === null) return value
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return undefined
    const found = value.flatMap((item: unknown) =>
      wanted
        .map((one: unknown) => selectMembers(one, item, now))
        .filter((one) => one !== undefined),
    )
    return found.length > 0 ? found : undefined
  }
  if (!isObject(wanted)) return undefined
  if (!isObject(value)) return holds(wanted, value, now) ? value : undefined
  const selected: Record<string, unknown> = {}
  for (const [name, filter] of Object.entries(wanted)) {
    if (value[name] === undefined && !isDemanding(filter)) continue
    const found = selectMembers(filter, value[name], now)
    if (found === undefined) return undefined
    selected[name] = found
  }
  return Object.keys(selected).length > 0 ? selected : undefined
}

/** A claim whose own filter does not hold is left out; an essential one that is missing takes nothing with it
 *  (OIDC Core 5.5.1: it is no error). Undefined when none is left. */
function selectClaims(wanted: Json, claims: Json): Json | undefined {
  const found = Object.entries(wanted).filter(
    ([name, filter]) =>
      Object.hasOwn(claims, name) && claims[name] !== undefined && holds(filter, claims[name], 0),
  )
  if (found.length === 0) return undefined
  return Object.fromEntries(found.map(([name]) => [name, claims[name]]))
}

/** What of it a consent page names. */
export function verifiedClaimNames(request: unknown): readonly string[] {
  const { data } = Request.safeParse(request)
  return data === undefined ? [] : Object.keys(data.claims)
}

/** The service's own words about what it wants the claims for: for each of them, or for all of them. */
export function purposesOf(request: unknown): Readonly<Record<string, string>> {
  const { data } = Request.safeParse(request)
  if (data === undefined) return {}
  const whole = isObject(request) ? Purpose.safeParse(request['purpose']).data : undefined
  return Object.fromEntries(
    Object.entries(data.claims).flatMap(([name, filter]) => {
      const own = isObject(filter) ? Purpose.safeParse(filter['purpose']).data : undefined
      const purpose = own ?? whole
      return purpose === undefined ? [] : [[name, purpose]]
    }),
  )
}
