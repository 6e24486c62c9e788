import {
  at,
  bitString,
  boolean,
  explicit,
  ia5,
  integer,
  octetString,
  oid,
  printable,
  sequence,
  setOf,
  time,
  tlv,
  utf8,
} from './der.ts'
import { keyIdOf, type SigningKey } from './keys.ts'

export const DAY_MS = 86_400_000

/** Attributes of names by the letters that people write. */
const ATTRIBUTES = { C: '2.5.4.6', O: '2.5.4.10', CN: '2.5.4.3' } as const

/** DER Name; the country is a PrintableString, everything else UTF-8 (RFC 5280 appendix A.1). */
export function name(...parts: readonly (readonly [keyof typeof ATTRIBUTES, string])[]): Buffer {
  return sequence(
    ...parts.map(([type, value]) =>
      setOf(sequence(oid(ATTRIBUTES[type]), type === 'C' ? printable(value) : utf8(value))),
    ),
  )
}

export interface Template {
  readonly serialNumber: Uint8Array
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  readonly extensions: readonly Uint8Array[]
}

export interface Issuer {
  readonly subject: Uint8Array
  readonly key: SigningKey
}

/** DER certificate (RFC 5280 section 4.1). */
export function certificate(template: Template, issuer: Issuer): Buffer {
  const body = sequence(
    explicit(0, integer(2)),
    integer(template.serialNumber),
    issuer.key.algorithm,
    issuer.subject,
    sequence(time(template.notBefore), time(template.notAfter)),
    template.subject,
    template.publicKey,
    explicit(3, sequence(...template.extensions)),
  )
  return sequence(body, issuer.key.algorithm, bitString(issuer.key.sign(body)))
}

export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octetString(value))
}

export const subjectKeyId = (publicKey: Uint8Array) =>
  extension('2.5.29.14', octetString(keyIdOf(publicKey)))
export const authorityKeyId = (issuer: SigningKey) =>
  extension('2.5.29.35', sequence(tlv(0x80, issuer.keyId)))

/** keyUsage as its bits stand in the octet: digitalSignature 0x80, nonRepudiation 0x40, keyCertSign 0x04,
 *  cRLSign 0x02. */
export function keyUsage(bits: number): Buffer {
  const unused = 31 - Math.clz32(bits & -bits)
  return extension('2.5.29.15', bitString(Uint8Array.of(bits), unused), true)
}

export const authority = (pathLength?: number) =>
  extension(
    '2.5.29.19',
    sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)])),
    true,
  )
export const extendedKeyUsage = (id: string) => extension('2.5.29.37', sequence(oid(id)), true)
export const noCheck = () => extension('1.3.6.1.5.5.7.48.1.5', Uint8Array.of(5, 0))
export const policy = (id: string) => extension('2.5.29.32', sequence(sequence(oid(id))))
export const crlAt = (url: string) =>
  extension('2.5.29.31', sequence(sequence(explicit(0, explicit(0, ia5(0x86, url))))))
export const informationAt = ({ ocsp, issuer }: { ocsp: string; issuer: string }) =>
  extension(
    '1.3.6.1.5.5.7.1.1',
    sequence(
      sequence(oid('1.3.6.1.5.5.7.48.1'), ia5(0x86, ocsp)),
      sequence(oid('1.3.6.1.5.5.7.48.2'), ia5(0x86, issuer)),
    ),
  )

/** Serial number, issuer and subject of a DER certificate. */
export function partsOf(der: Uint8Array) {
  const part = (index: number) => at(der, 0, 0, index)
  return { serialNumber: part(1).content, issuer: part(3).bytes, subject: part(5).bytes }
}

export function pem(der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
