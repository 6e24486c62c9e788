import { constants, createHash, privateEncrypt, type KeyObject } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import type { Random } from '../../src/ports/random.ts'
import type { SigningAlgorithm } from '../../src/ports/signer.ts'

type FromDigest = (key: KeyObject, digest: Uint8Array, random: Random) => Buffer

/** Signatures over a finished SHA-256, by keys that lie in files. node:crypto hashes by itself wherever it signs: RSA is
 *  put together from the bare operation (blinded by OpenSSL), and ECDSA is a library's. It takes milliseconds in the
 *  window's own thread: node has no other form of it. */
export const FROM_DIGEST: Readonly<Record<SigningAlgorithm, FromDigest>> = {
  ES256: (key, digest, random) => {
    const secret = scalarOf(key)
    try {
      return ecdsaOverDigest(secret, digest, random.bytes(32))
    } finally {
      secret.fill(0)
    }
  },
  RS256: (key, digest) =>
    privateEncrypt(
      { key, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([DIGEST_INFO, digest]),
    ),
  PS256: (key, digest, random) => {
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
    const encoded = pssEncoded(digest, modulusLength, random.bytes(SALT))
    return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
  },
}

/** ECDSA on P-256 as ECDSA-Sig-Value. The nonce is that of RFC 6979, with `entropy` in it (section 3.6): neither a bad
 *  source of random numbers nor a fault while it is computed gives the key away. The steps do not depend on the key,
 *  but no JavaScript can promise that their time does not: keys of many people belong into a module (PKCS#11). */
export function ecdsaOverDigest(
  secret: Uint8Array,
  digest: Uint8Array,
  entropy: Uint8Array | false,
): Buffer {
  const how = { prehash: false, lowS: false, format: 'der', extraEntropy: entropy } as const
  return Buffer.from(p256.sign(digest, secret, how))
}

/** ECPrivateKey (RFC 5915 section 3) of P-256, up to the private key's octets, of which there are always 32. */
const BEFORE_SCALAR = Buffer.from('30770201010420', 'hex')

/** To be wiped by who asks. Not by way of a JWK, whose texts cannot be. */
function scalarOf(key: KeyObject): Buffer {
  const der = key.export({ format: 'der', type: 'sec1' })
  const [before, scalar] = [der.subarray(0, 7), Buffer.from(der.subarray(7, 39))]
  der.fill(0, 7)
  if (!before.equals(BEFORE_SCALAR)) throw new TypeError('no private key on P-256')
  return scalar
}

/** DigestInfo of SHA-256 up to the hash (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')
const SALT = 32
const HASH = 32

const sha256 = (...parts: readonly Uint8Array[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest()

/** EMSA-PSS-ENCODE from its second step on (RFC 8017 section 9.1.1), with SHA-256, MGF1 and a salt of 32 octets.
 *  `bits`: of the modulus, a multiple of eight. */
function pssEncoded(digest: Uint8Array, bits: number, salt: Uint8Array): Buffer {
  const hash = sha256(Buffer.alloc(8), digest, salt)
  const block = Buffer.alloc(bits / 8 - HASH - 1)
  block.set([1, ...salt], block.length - SALT - 1)
  const mask = mgf1(hash, block.length)
  const masked = block.map((octet, at) => octet ^ (mask[at] ?? 0))
  // The encoding has one bit less than the modulus.
  masked[0] = (masked[0] ?? 0) & 0x7f
  return Buffer.concat([masked, hash, Buffer.of(0xbc)])
}

/** RFC 8017 appendix B.2.1. */
function mgf1(seed: Uint8Array, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / HASH) }, (_, counter) => {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(counter)
    return sha256(seed, number)
  })
  return Buffer.concat(blocks).subarray(0, length)
}
