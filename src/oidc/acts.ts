import type { AuthorizationDetails } from '../assurance/level.ts'

/** Types of details (RFC 9396) that the person answers by signing. */
const ACTS: readonly string[] = ['ir.transaction', 'ir.signature_request', 'credential']

export const isAct = ({ type }: AuthorizationDetails[number]): boolean =>
  ACTS.includes(String(type))

/** Level 4 is given for what is signed in this very request: an earlier act of the session does not stand in for it. */
export function hasAct(details: AuthorizationDetails | undefined): boolean {
  return (details ?? []).some(isAct)
}

/** Claims of an ID token about what was signed: the hash of the transaction's text and the signatures by name. */
export function actClaims(details: AuthorizationDetails | undefined): Record<string, unknown> {
  const hashes = (details ?? []).flatMap(({ transaction_hash: hash }) => texts(hash))
  const signatures = (details ?? []).flatMap((one) => texts(one['signature'] ?? one['signatures']))
  return {
    ...(hashes[0] === undefined ? {} : { transaction_hash: hashes[0] }),
    ...(signatures.length > 0 ? { signatures } : {}),
  }
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one): one is string => typeof one === 'string')
}
