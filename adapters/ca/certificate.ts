import { createHash } from 'node:crypto'
import type { Signer } from '../../src/ports/signer.ts'
import { bitOctets, inside, only } from '../../src/signing/der/read.ts'
import { primitive, TAG } from '../../src/signing/der/tags.ts'
import {
  bitString,
  boolean,
  explicit,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
  time,
  tlv,
} from '../../src/signing/der/write.ts'
import { SIGNATURE_IDENTIFIERS } from '../../src/signing/x509/algorithms.ts'
import { KEY_USAGE, type KeyUsage } from '../../src/signing/x509/certificate-extensions.ts'
import { OID } from '../../src/signing/x509/oids.ts'

export interface Issuer {
  /** DER Name. */
  readonly name: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly signer: Pick<Signer, 'alg' | 'sign'>
}

export interface Template {
  readonly serialNumber: Uint8Array
  readonly subject: Uint8Array
  readonly publicKey: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
  readonly usages: readonly KeyUsage[]
  /** Object identifiers of certificate policies. */
  readonly policies?: readonly string[]
  /** Of authorities: how many may follow below; absent: it is none. */
  readonly pathLength?: number
}

/** DER certificate (RFC 5280 section 4.1). */
export async function issue(template: Template, issuer: Issuer): Promise<Buffer> {
  const { serialNumber, subject, publicKey, notBefore, notAfter } = template
  const { usages, policies = [], pathLength } = template
  const algorithm = SIGNATURE_IDENTIFIERS[issuer.signer.alg]
  const body = sequence(
    explicit(0, integer(2)),
    integer(serialNumber),
    algorithm,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject,
    publicKey,
    explicit(
      3,
      sequence(
        ...(pathLength === undefined ? [] : [authority(pathLength)]),
        extension(OID.keyUsage, namedBits(...usages.map((usage) => KEY_USAGE[usage])), true),
        ...(policies.length === 0 ? [] : [certificatePolicies(policies)]),
        extension(OID.subjectKeyIdentifier, octetString(keyId(publicKey))),
        authorityKeyIdentifier(issuer.publicKey),
      ),
    ),
  )
  return sequence(body, algorithm, bitString(await issuer.signer.sign(body)))
}

export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octetString(value))
}

export const authorityKeyIdentifier = (publicKey: Uint8Array) =>
  extension(OID.authorityKeyIdentifier, sequence(tlv(primitive(0), keyId(publicKey))))

const authority = (pathLength: number) =>
  extension(OID.basicConstraints, sequence(boolean(true), integer(pathLength)), true)

const certificatePolicies = (policies: readonly string[]) =>
  extension(OID.certificatePolicies, sequence(...policies.map((policy) => sequence(oid(policy)))))

/** SHA-1 of the key's bits (RFC 5280 section 4.2.1.2): a name, not a proof. */
function keyId(publicKey: Uint8Array): Buffer {
  const reader = inside(only(publicKey, TAG.sequence))
  reader.next(TAG.sequence)
  return createHash('sha1')
    .update(bitOctets(reader.next(TAG.bitString)))
    .digest()
}
