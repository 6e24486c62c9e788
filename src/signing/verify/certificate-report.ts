import { createHash } from 'node:crypto'
import { Malformed } from '../der/malformed.ts'
import { serialNumberHex } from '../x509/certificate-extensions.ts'
import type { Certificate } from '../x509/certificate.ts'
import { attributeOf, readName } from '../x509/name.ts'
import { OID } from '../x509/oids.ts'
import type { CertificateReport } from './report.ts'

export const iso = (ms: number): string => new Date(ms).toISOString()

export function certificateReport(certificate: Certificate): CertificateReport {
  return {
    name: nameOf(certificate.subject),
    serialNumber: serialNumberHex(certificate),
    issuer: nameOf(certificate.issuer),
    notBefore: iso(certificate.notBefore),
    notAfter: iso(certificate.notAfter),
    sha256: createHash('sha256').update(certificate.der).digest('hex'),
  }
}

/** Controls and marks of direction would let a name say something else than it does. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu

function nameOf(name: Uint8Array): string {
  try {
    const values = readName(name).map(({ value }) => value)
    return (attributeOf(name, OID.commonName) ?? values.join(', '))
      .replaceAll(UNSEEN, ' ')
      .slice(0, 300)
  } catch (error) {
    if (error instanceof Malformed) return '?'
    throw error
  }
}
