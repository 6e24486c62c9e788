import { createHash, sign } from 'node:crypto'
import { primitive } from '../../src/signing/der/tags.ts'
import {
  bitString,
  enumerated,
  explicit,
  generalizedTime,
  integer,
  nil,
  octetString,
  oid,
  sequence,
  time,
  tlv,
} from '../../src/signing/der/write.ts'
import { SIGNATURE_IDENTIFIERS } from '../../src/signing/x509/algorithms.ts'
import type { Certificate } from '../../src/signing/x509/certificate.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import { DAY, extension, type Made } from './made-certificates.ts'

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest()

export interface ResponseWish {
  readonly by: Made
  readonly about: Made
  readonly issuer: Made
  readonly certificates: readonly Uint8Array[]
  readonly at: number
}

/** DER OCSPResponse that says good, by whomever. */
export function basicResponse({ by, about, issuer, certificates, at }: ResponseWish): Buffer {
  const id = sequence(
    sequence(oid(OID.sha1), nil()),
    octetString(sha1(issuer.name)),
    octetString(sha1(issuer.certificate.publicKeyBits)),
    integer(about.certificate.serialNumber),
  )
  const single = sequence(
    id,
    tlv(primitive(0)),
    generalizedTime(at),
    explicit(0, generalizedTime(at + DAY)),
  )
  const body = sequence(explicit(1, by.name), generalizedTime(at), sequence(single))
  const basic = sequence(
    body,
    SIGNATURE_IDENTIFIERS.ES256,
    bitString(sign('sha256', body, by.privateKey)),
    explicit(0, sequence(...certificates)),
  )
  return sequence(enumerated(0), explicit(0, sequence(oid(OID.ocspBasic), octetString(basic))))
}

export interface CrlWish {
  readonly by: Made
  readonly at: number
  readonly revoked: readonly {
    readonly certificate: Certificate
    readonly at: number
    readonly reason?: number
  }[]
  readonly extensions?: readonly Buffer[]
}

/** DER CertificateList. */
export function madeCrl({ by, at, revoked, extensions = [] }: CrlWish): Buffer {
  const entries = revoked.map(({ certificate, at: since, reason }) =>
    sequence(
      integer(certificate.serialNumber),
      time(since),
      ...(reason === undefined ? [] : [sequence(extension(OID.reasonCode, enumerated(reason)))]),
    ),
  )
  const body = sequence(
    integer(1),
    SIGNATURE_IDENTIFIERS.ES256,
    by.name,
    time(at),
    time(at + DAY),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    explicit(0, sequence(extension(OID.crlNumber, integer(1)), ...extensions)),
  )
  return sequence(body, SIGNATURE_IDENTIFIERS.ES256, bitString(sign('sha256', body, by.privateKey)))
}
