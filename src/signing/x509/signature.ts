import { constants, verify, type KeyObject } from 'node:crypto'
import { inside, oidOf, only, smallInteger, unwrapped, type Element } from '../der/read.ts'
import { constructed, TAG } from '../der/tags.ts'
import { OID } from './oids.ts'

export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'
type Family = 'rsa' | 'rsa-pss' | 'ecdsa' | 'eddsa'

/** What an AlgorithmIdentifier stands for. */
export interface SignatureAlgorithm {
  readonly family: Family
  /** Undefined where it comes from elsewhere (rsaEncryption in CMS) or is part of the scheme (Ed25519). */
  readonly hash?: HashName
  readonly saltLength?: number
}

/** `weak`: it fits, but by means that we do not trust (SHA-1, short keys); `unsupported`: nobody here knows
 *  the means. */
export type SignatureVerdict = 'valid' | 'invalid' | 'weak' | 'unsupported'

const HASHES: Readonly<Record<string, HashName>> = {
  [OID.sha1]: 'SHA-1',
  [OID.sha256]: 'SHA-256',
  [OID.sha384]: 'SHA-384',
  [OID.sha512]: 'SHA-512',
}

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  [OID.rsaEncryption]: { family: 'rsa' },
  [OID.sha1WithRsa]: { family: 'rsa', hash: 'SHA-1' },
  [OID.sha256WithRsa]: { family: 'rsa', hash: 'SHA-256' },
  [OID.sha384WithRsa]: { family: 'rsa', hash: 'SHA-384' },
  [OID.sha512WithRsa]: { family: 'rsa', hash: 'SHA-512' },
  [OID.ecdsaWithSha256]: { family: 'ecdsa', hash: 'SHA-256' },
  [OID.ecdsaWithSha384]: { family: 'ecdsa', hash: 'SHA-384' },
  [OID.ecdsaWithSha512]: { family: 'ecdsa', hash: 'SHA-512' },
  [OID.ed25519]: { family: 'eddsa' },
}

/** node:crypto's name of a hash. */
export const nodeHash = (hash: HashName) => hash.toLowerCase().replace('-', '')

/** Undefined: a hash that we do not know. `identifier`: DER AlgorithmIdentifier. */
export function readHash(identifier: Uint8Array): HashName | undefined {
  return HASHES[oidOf(inside(only(identifier, TAG.sequence)).next(TAG.oid))]
}

/** Undefined: an algorithm that we do not know. Throws `Malformed`. */
export function readSignatureAlgorithm(identifier: Uint8Array): SignatureAlgorithm | undefined {
  const reader = inside(only(identifier, TAG.sequence))
  const id = oidOf(reader.next(TAG.oid))
  return id === OID.rsaPss ? pssOf(reader.optional(TAG.sequence)) : ALGORITHMS[id]
}

/** RFC 4055 section 3.1; the hash of MGF1 must be the same one, as everybody has it. */
function pssOf(parameters: Element | undefined): SignatureAlgorithm | undefined {
  if (parameters === undefined) return undefined
  const reader = inside(parameters)
  const hash = reader.optional(constructed(0))
  const mask = reader.optional(constructed(1))
  const salt = reader.optional(constructed(2))
  const trailer = reader.optional(constructed(3))
  reader.end()
  const hashName = hash === undefined ? 'SHA-1' : readHash(hash.content)
  const isUsual = trailer === undefined || smallInteger(unwrapped(trailer, TAG.integer)) === 1
  if (hashName === undefined || maskHash(mask) !== hashName || !isUsual) return undefined
  const saltLength = salt === undefined ? 20 : smallInteger(unwrapped(salt, TAG.integer))
  return { family: 'rsa-pss', hash: hashName, saltLength }
}

function maskHash(mask: Element | undefined): HashName | undefined {
  if (mask === undefined) return 'SHA-1'
  const reader = inside(unwrapped(mask, TAG.sequence))
  if (oidOf(reader.next(TAG.oid)) !== OID.mgf1) return undefined
  return readHash(reader.next(TAG.sequence).bytes)
}

const KEY_TYPES: Readonly<Record<Family, readonly string[]>> = {
  rsa: ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  eddsa: ['ed25519'],
}
const CURVES = [
  'prime256v1',
  'secp384r1',
  'secp521r1',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1',
]
const LEAST_RSA_BITS = 2048
const MOST_RSA_BITS = 16_384
const MOST_SALT = 512

export interface SignatureCheck {
  /** DER AlgorithmIdentifier. */
  readonly algorithm: Uint8Array
  /** Where the algorithm itself names no hash (CMS with rsaEncryption). */
  readonly hash?: HashName
  readonly key: KeyObject
  readonly data: Uint8Array
  /** Of ECDSA: DER. */
  readonly signature: Uint8Array
}

/** Is this a signature over these bytes with this key? Throws `Malformed` for a malformed identifier. */
export function checkSignature(check: SignatureCheck): SignatureVerdict {
  const { key, data, signature } = check
  const algorithm = readSignatureAlgorithm(check.algorithm)
  if (algorithm === undefined) return 'unsupported'
  const hash = algorithm.hash ?? (algorithm.family === 'eddsa' ? undefined : check.hash)
  if (algorithm.family !== 'eddsa' && hash === undefined) return 'unsupported'
  if (!KEY_TYPES[algorithm.family].includes(key.asymmetricKeyType ?? '')) return 'invalid'
  const strength = strengthOf(key)
  if (strength === 'unsupported') return 'unsupported'
  const name = hash === undefined ? null : nodeHash(hash)
  if (!isSignedBy(name, data, { key, ...optionsOf(algorithm) }, signature)) return 'invalid'
  return hash === 'SHA-1' || strength === 'weak' ? 'weak' : 'valid'
}

function isSignedBy(
  hash: string | null,
  data: Uint8Array,
  key: Parameters<typeof verify>[2],
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, data, key, signature)
  } catch {
    // OpenSSL throws for signatures that do not even have the form of one.
    return false
  }
}

function optionsOf({ family, saltLength = 0 }: SignatureAlgorithm) {
  if (family !== 'rsa-pss') return {}
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Math.min(saltLength, MOST_SALT) }
}

function strengthOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails ?? {}
  if (asymmetricKeyType === 'ec') return CURVES.includes(namedCurve) ? 'strong' : 'unsupported'
  if (asymmetricKeyType === 'ed25519') return 'strong'
  if (modulusLength > MOST_RSA_BITS) return 'unsupported'
  return modulusLength >= LEAST_RSA_BITS ? 'strong' : 'weak'
}
