import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import type { Signer, SigningAlgorithm } from '../../src/ports/signer.ts'
import { constructed, primitive, TAG } from '../../src/signing/der/tags.ts'
import {
  bitString,
  boolean,
  explicit,
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  time,
  tlv,
  utf8String,
} from '../../src/signing/der/write.ts'
import { SIGNATURE_IDENTIFIERS } from '../../src/signing/x509/algorithms.ts'
import { readCertificate, type Certificate } from '../../src/signing/x509/certificate.ts'
import { OID } from '../../src/signing/x509/oids.ts'

export const DAY = 86_400_000

export interface Made {
  readonly der: Buffer
  readonly certificate: Certificate
  readonly name: Buffer
  readonly privateKey: KeyObject
  readonly alg: SigningAlgorithm
  signer(...chain: readonly Uint8Array[]): Signer
}

export interface Wish {
  readonly name: string
  /** DER Name, instead of one with that common name. */
  readonly subject?: Buffer
  readonly issuer?: Made
  readonly alg?: SigningAlgorithm
  /** Milliseconds since the epoch. */
  readonly from?: number
  readonly until?: number
  readonly extensions?: readonly Buffer[]
  /** Signed by this one, though it names `issuer`. */
  readonly signedBy?: Made
  /** Another AlgorithmIdentifier and hash. */
  readonly signature?: { readonly identifier: Buffer; readonly hash: string }
}

/** DER Name with a country and a common name. */
export const nameOf = (common: string) =>
  sequence(
    setOf(sequence(oid(OID.countryName), printableString('IR'))),
    setOf(sequence(oid(OID.commonName), utf8String(common))),
  )

export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octetString(value))
}
export const authority = (pathLength?: number) =>
  extension(
    OID.basicConstraints,
    sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)])),
    true,
  )
export const usage = (...bits: readonly number[]) =>
  extension(OID.keyUsage, namedBits(...bits), true)
export const extendedUsage = (isCritical: boolean, ...ids: readonly string[]) =>
  extension(OID.extKeyUsage, sequence(...ids.map(oid)), isCritical)
export const noCheck = () => extension(OID.ocspNoCheck, tlv(TAG.null))
export const addresses = ({ ocsp, crl }: Readonly<Record<'ocsp' | 'crl', readonly string[]>>) => [
  extension(
    OID.authorityInfoAccess,
    sequence(...ocsp.map((one) => sequence(oid(OID.ocsp), url(one)))),
  ),
  extension(
    OID.crlDistributionPoints,
    sequence(...crl.map((one) => sequence(explicit(0, tlv(constructed(0), url(one)))))),
  ),
]
const url = (text: string) => tlv(primitive(6), Buffer.from(text))

export const CA_USES = [5, 6] as const
let serial = 1000

/** A certificate with whatever somebody wishes, right or wrong. */
export function made(wish: Wish): Made {
  const { alg = 'ES256', issuer, from = Date.now() - DAY, until = Date.now() + DAY } = wish
  const { publicKey, privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const name = wish.subject ?? nameOf(wish.name)
  const by = wish.signedBy ?? issuer
  const signingKey = by?.privateKey ?? privateKey
  const identifier = wish.signature?.identifier ?? SIGNATURE_IDENTIFIERS[by?.alg ?? alg]
  const body = sequence(
    explicit(0, integer(2)),
    integer((serial += 1)),
    identifier,
    issuer?.name ?? name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(wish.extensions === undefined ? [] : [explicit(3, sequence(...wish.extensions))]),
  )
  const signature = signed(body, by?.alg ?? alg, signingKey, wish.signature?.hash)
  const der = sequence(body, identifier, bitString(signature))
  return {
    der,
    name,
    privateKey,
    alg,
    get certificate() {
      return readCertificate(der)
    },
    signer: (...chain) => ({
      kid: wish.name,
      alg,
      certificateChain: [der, ...chain],
      sign: async (data) => signed(data, alg, privateKey),
    }),
  }
}

function signed(data: Uint8Array, alg: SigningAlgorithm, key: KeyObject, hash = 'sha256'): Buffer {
  return sign(hash, data, alg === 'PS256' ? { key, padding: 6, saltLength: 32 } : key)
}
