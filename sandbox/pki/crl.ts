import { authorityKeyId, DAY_MS, extension } from './certificate.ts'
import type { Member } from './authority.ts'
import { bitString, enumerated, explicit, integer, sequence, time } from './der.ts'
import type { Entry } from './register.ts'

export interface CrlContent {
  readonly entries: readonly Entry[]
  readonly number: number
  readonly thisUpdate: number
}

/** DER CertificateList, version 2, with cRLNumber and the authority's key (RFC 5280 section 5.2). */
export function crl(issuer: Member, { entries, number, thisUpdate }: CrlContent): Buffer {
  const revoked = entries.flatMap((entry) => (entry.revokedAt === undefined ? [] : [item(entry)]))
  const body = sequence(
    integer(1),
    issuer.key.algorithm,
    issuer.subject,
    time(thisUpdate),
    time(thisUpdate + DAY_MS),
    // An empty list is left out (section 5.1.2.6).
    ...(revoked.length > 0 ? [sequence(...revoked)] : []),
    explicit(0, sequence(authorityKeyId(issuer.key), extension('2.5.29.20', integer(number)))),
  )
  return sequence(body, issuer.key.algorithm, bitString(issuer.key.sign(body)))
}

function item({ serialNumber, revokedAt = 0, reason = 0 }: Entry): Buffer {
  // `unspecified` is said by saying nothing (section 5.3.1).
  const reasons = reason === 0 ? [] : [sequence(extension('2.5.29.21', enumerated(reason)))]
  return sequence(integer(Buffer.from(serialNumber, 'hex')), time(revokedAt), ...reasons)
}
