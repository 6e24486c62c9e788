import { constants, createHash, privateEncrypt, type KeyObject } from 'node:crypto'
import type { Random } from '../../src/ports/random.ts'
import type { SigningAlgorithm } from '../../src/ports/signer.ts'

type FromDigest = (key: KeyObject, digest: Uint8Array, random: Random) => Buffer

/** Signatures over a finished SHA-256, by keys that lie in files. node:crypto hashes by itself wherever it signs, so
 *  that RSA is put together from the bare operation (blinded by OpenSSL). It has no bare operation of ECDSA, and one
 *  of our own would betray the key by the time that it takes: such keys sign only what they hash themselves. It takes
 *  milliseconds in the window's own thread: node has no other form of it. */
export const FROM_DIGEST: Readonly<Partial<Record<SigningAlgorithm, FromDigest>>> = {
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
