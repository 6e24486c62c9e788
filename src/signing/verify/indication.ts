/** The three answers of ETSI EN 319 102-1 V1.4.1, clause 5.1.3. */
export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE'

/** Sub-indications of table 5 and table 6 there, by their exact names, the gravest first: of several
 *  reasons the report is headed by the first one in this list. */
const TOTAL_FAILED = [
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'REVOKED',
  'EXPIRED',
  'NOT_YET_VALID',
] as const

const INDETERMINATE = [
  'SIGNED_DATA_NOT_FOUND',
  'NO_SIGNING_CERTIFICATE_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'OUT_OF_BOUNDS_NO_POE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'SIG_CONSTRAINTS_FAILURE',
  'TIMESTAMP_ORDER_FAILURE',
  'TRY_LATER',
  'NO_POE',
] as const

export type SubIndication = (typeof TOTAL_FAILED)[number] | (typeof INDETERMINATE)[number]

export const SUB_INDICATIONS: readonly SubIndication[] = [...TOTAL_FAILED, ...INDETERMINATE]

export interface Conclusion {
  readonly indication: Indication
  /** Absent when passed. */
  readonly subIndication?: SubIndication
}

export const PASSED: Conclusion = { indication: 'TOTAL-PASSED' }

export function because(subIndication: SubIndication): Conclusion {
  const isFailure = (TOTAL_FAILED as readonly string[]).includes(subIndication)
  return { indication: isFailure ? 'TOTAL-FAILED' : 'INDETERMINATE', subIndication }
}

/** What several reasons mean together: the gravest heads the report; none at all passes. */
export function gravest(reasons: readonly SubIndication[]): Conclusion {
  const first = SUB_INDICATIONS.find((name) => reasons.includes(name))
  return first === undefined ? PASSED : because(first)
}

/** The conclusion on a whole document: as good as its worst signature. `undefined`: it has none. */
export function worst(conclusions: readonly Conclusion[]): Conclusion | undefined {
  if (conclusions.length === 0) return undefined
  return gravest(conclusions.flatMap(({ subIndication }) => subIndication ?? []))
}
