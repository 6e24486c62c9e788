import { extendedKeyUsageOf, keyUsageOf, type KeyUsage } from './x509/certificate-extensions.ts'
import type { Certificate } from './x509/certificate.ts'
import { OID } from './x509/oids.ts'
import { isForStamping } from './cms/timestamp-token.ts'

/** What the last certificate of a path is used for. */
export type Purpose = 'signing' | 'timestamping' | 'ocsp' | 'any'
export type PurposeFault = 'key_usage' | 'extended_key_usage'

/** Extended key usages that do not forbid the signing of documents. */
const SIGNING_USAGES: readonly string[] = [
  OID.anyExtendedKeyUsage,
  // id-kp-documentSigning (RFC 9336), and what authorities wrote before there was one.
  '1.3.6.1.5.5.7.3.36',
  '1.3.6.1.4.1.311.10.3.12',
  '1.2.840.113583.1.1.5',
  // emailProtection and clientAuth: many national identity cards have no others.
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.2',
]

interface Rule {
  /** One of these, when the certificate says anything about key usage. */
  readonly keyUsages: readonly KeyUsage[]
  isAllowed(certificate: Certificate): boolean
}

const RULES: Readonly<Record<Exclude<Purpose, 'any'>, Rule>> = {
  signing: {
    keyUsages: ['nonRepudiation', 'digitalSignature'],
    isAllowed: (certificate) => {
      const usages = extendedKeyUsageOf(certificate)
      return usages === undefined || usages.some((usage) => SIGNING_USAGES.includes(usage))
    },
  },
  timestamping: {
    keyUsages: ['nonRepudiation', 'digitalSignature'],
    isAllowed: isForStamping,
  },
  ocsp: {
    keyUsages: ['nonRepudiation', 'digitalSignature'],
    isAllowed: (certificate) => extendedKeyUsageOf(certificate)?.includes(OID.ocspSigning) === true,
  },
}

/** May this certificate's key be used so (RFC 5280 sections 4.2.1.3 and 4.2.1.12)? */
export function purposeFault(certificate: Certificate, purpose: Purpose): PurposeFault | undefined {
  if (purpose === 'any') return undefined
  const { keyUsages, isAllowed } = RULES[purpose]
  const own = keyUsageOf(certificate)
  if (own !== undefined && !keyUsages.some((usage) => own.has(usage))) return 'key_usage'
  return isAllowed(certificate) ? undefined : 'extended_key_usage'
}
