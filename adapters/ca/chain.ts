import { issuedBy, isSelfIssued, type Certificate } from '../../src/signing/x509/certificate.ts'
import { isSameName } from '../../src/signing/x509/name.ts'

const LONGEST = 8

/** From the certificate up to, and without, the self-issued root. Who did not sign does not follow. */
export function chainOf(
  certificate: Certificate,
  others: readonly Certificate[],
): readonly Certificate[] {
  const chain = [certificate]
  while (chain.length < LONGEST) {
    const last = chain.at(-1)
    const issuer = others.find(
      (one) => last !== undefined && isSameName(one.subject, last.issuer) && isSigned(last, one),
    )
    if (issuer === undefined || isSelfIssued(issuer)) return chain
    chain.push(issuer)
  }
  return chain
}

const isSigned = (certificate: Certificate, issuer: Certificate) =>
  issuedBy(certificate, issuer) === 'valid'
