import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { at, nil, oid, sequence } from './der.ts'

export const ALGORITHMS = ['P-256', 'RSA-3072'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export interface SigningKey {
  readonly privateKey: KeyObject
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  /** SHA-1 of the key's bits (RFC 5280 section 4.2.1.2). */
  readonly keyId: Buffer
  /** DER AlgorithmIdentifier of what `sign` makes. */
  readonly algorithm: Buffer
  sign(data: Uint8Array): Buffer
}

const IDENTIFIERS: Readonly<Record<Algorithm, Buffer>> = {
  'P-256': sequence(oid('1.2.840.10045.4.3.2')),
  'RSA-3072': sequence(oid('1.2.840.113549.1.1.11'), nil()),
}

export function newKey(algorithm: Algorithm): KeyObject {
  return algorithm === 'P-256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey
}

export function signingKey(privateKey: KeyObject, publicKey: Buffer): SigningKey {
  const algorithm = privateKey.asymmetricKeyType === 'ec' ? 'P-256' : 'RSA-3072'
  return {
    privateKey,
    publicKey,
    keyId: keyIdOf(publicKey),
    algorithm: IDENTIFIERS[algorithm],
    sign: (data) => sign('sha256', data, privateKey),
  }
}

export function keyIdOf(publicKey: Uint8Array): Buffer {
  return createHash('sha1')
    .update(at(publicKey, 0, 1).content.subarray(1))
    .digest()
}
