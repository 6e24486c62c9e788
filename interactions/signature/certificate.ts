import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import { readCertificate } from '../../src/signing/x509/certificate.ts'
import { attributeOf } from '../../src/signing/x509/name.ts'
import { OID } from '../../src/signing/x509/oids.ts'

/** What a person is shown of his certificate. */
export function shownCertificate({ certificateChain }: SigningCredential) {
  const { subject, issuer, notAfter } = readCertificate(certificateChain[0] ?? new Uint8Array())
  return { subject: nameIn(subject), issuer: nameIn(issuer), until: notAfter }
}

const nameIn = (name: Uint8Array) =>
  attributeOf(name, OID.commonName) ?? attributeOf(name, OID.organizationName) ?? ''
