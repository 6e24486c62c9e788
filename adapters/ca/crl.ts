import {
  bitString,
  enumerated,
  explicit,
  integer,
  sequence,
  time,
} from '../../src/signing/der/write.ts'
import { SIGNATURE_IDENTIFIERS } from '../../src/signing/x509/algorithms.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import { authorityKeyIdentifier, extension, type Issuer } from './certificate.ts'
import type { DevelopmentFile } from './development-file.ts'

export interface CrlContent {
  readonly revoked: DevelopmentFile['revoked']
  readonly number: number
  readonly thisUpdate: number
  readonly nextUpdate: number
}

/** DER CertificateList, version 2, with the authority's key and a number (RFC 5280 section 5). */
export async function certificateList(issuer: Issuer, content: CrlContent): Promise<Buffer> {
  const { revoked, number, thisUpdate, nextUpdate } = content
  const algorithm = SIGNATURE_IDENTIFIERS[issuer.signer.alg]
  const body = sequence(
    integer(1),
    algorithm,
    issuer.name,
    time(thisUpdate),
    time(nextUpdate),
    // An empty list is left out (section 5.1.2.6).
    ...(revoked.length === 0 ? [] : [sequence(...revoked.map(entry))]),
    explicit(
      0,
      sequence(authorityKeyIdentifier(issuer.publicKey), extension(OID.crlNumber, integer(number))),
    ),
  )
  return sequence(body, algorithm, bitString(await issuer.signer.sign(body)))
}

function entry({ serialNumber, at, reason }: DevelopmentFile['revoked'][number]): Buffer {
  // `unspecified` is said by saying nothing (section 5.3.1).
  const reasons = reason === 0 ? [] : [sequence(extension(OID.reasonCode, enumerated(reason)))]
  return sequence(integer(Buffer.from(serialNumber, 'hex')), time(at), ...reasons)
}
