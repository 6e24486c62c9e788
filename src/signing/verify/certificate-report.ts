import { createHash } from 'node:crypto'
import { Malformed } from '../der/malformed.ts'
import { serialNumberHex } from '../x509/certificate-extensions.ts'
import type { Certificate } from '../x509/certificate.ts'
import { legalPersonOf } from '../x509/legal-person.ts'
import { attributeOf, readName } from '../x509/name.ts'
import { OID } from '../x509/oids.ts'
import type { CertificateReport } from './report.ts'
import { shownText } from './shown-text.ts'

export const iso = (ms: number): string => new Date(ms).toISOString()

export function certificateReport(certificate: Certificate): CertificateReport {
  return {
    name: nameOf(certificate.subject),
    legalPerson: legalPersonIn(certificate),
    serialNumber: serialNumberHex(certificate),
    issuer: nameOf(certificate.issuer),
    notBefore: iso(certificate.notBefore),
    notAfter: iso(certificate.notAfter),
    sha256: createHash('sha256').update(certificate.der).digest('hex'),
  }
}

function legalPersonIn(certificate: Certificate): CertificateReport['legalPerson'] {
  try {
    const found = legalPersonOf(certificate)
    return (
      found && { name: shownText(found.name, 300), identifier: shownText(found.identifier, 100) }
    )
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function nameOf(name: Uint8Array): string {
  try {
    const values = readName(name).map(({ value }) => value)
    return shownText(attributeOf(name, OID.commonName) ?? values.join(', '), 300)
  } catch (error) {
    if (error instanceof Malformed) return '?'
    throw error
  }
}
