import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { rc4 } from './rc4.ts'
import { refuse } from './refused.ts'

/** The entries of the standard security handler's dictionary (ISO 32000-2 tables 20 and 21). */
export interface StandardHandler {
  readonly version: number
  readonly revision: number
  /** Bytes of the file's key. */
  readonly keyLength: number
  readonly owner: Buffer
  readonly user: Buffer
  readonly userKey: Buffer
  readonly permissions: number
  readonly encryptMetadata: boolean
  /** The first part of the trailer's /ID. */
  readonly id: Uint8Array
}

/** The key that an empty user password gives. Throws `PdfRefused` when the file has another password. */
export function fileKey(handler: StandardHandler): Buffer {
  return handler.revision >= 5 ? modernKey(handler) : legacyKey(handler)
}

/** What a password is filled up with: an empty one is nothing but this (ISO 32000-1 algorithm 2). */
const PADDING = Buffer.from(
  '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a',
  'hex',
)

function legacyKey(handler: StandardHandler): Buffer {
  const { revision, owner, permissions, id, keyLength, encryptMetadata } = handler
  const bits = Buffer.alloc(4)
  bits.writeInt32LE(permissions | 0)
  const tail = revision >= 4 && !encryptMetadata ? [Buffer.alloc(4, 0xff)] : []
  let key = md5(PADDING, owner.subarray(0, 32), bits, id, ...tail)
  if (revision >= 3) for (let round = 0; round < 50; round++) key = md5(key.subarray(0, keyLength))
  key = key.subarray(0, keyLength)
  if (!isLegacyUser(handler, key)) refuse('password_needed')
  return key
}

/** ISO 32000-1 algorithms 4 to 6. */
function isLegacyUser({ revision, user, id }: StandardHandler, key: Buffer): boolean {
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32))
  let expected = rc4(key, md5(PADDING, id))
  for (let round = 1; round <= 19; round++)
    expected = rc4(
      key.map((byte) => byte ^ round),
      expected,
    )
  return expected.equals(user.subarray(0, 16))
}

/** ISO 32000-2 algorithms 2.A and 11. */
function modernKey({ revision, user, userKey }: StandardHandler): Buffer {
  const hashed = revision === 5 ? sha256 : hardened
  if (user.length < 48 || userKey.length < 32) refuse('damaged', 'encryption dictionary')
  if (!hashed(user.subarray(32, 40)).equals(user.subarray(0, 32))) refuse('password_needed')
  const between = hashed(user.subarray(40, 48))
  const decipher = createDecipheriv('aes-256-cbc', between, Buffer.alloc(16)).setAutoPadding(false)
  return Buffer.concat([decipher.update(userKey.subarray(0, 32)), decipher.final()])
}

const HASHES = ['sha256', 'sha384', 'sha512'] as const

/** ISO 32000-2 algorithm 2.B, for an empty password. */
function hardened(salt: Uint8Array): Buffer {
  let key = sha256(salt)
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const repeated = Buffer.concat(Array<Buffer>(64).fill(key))
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32))
    const mixed = cipher.setAutoPadding(false).update(repeated)
    const remainder = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3
    key = createHash(HASHES[remainder] ?? 'sha256')
      .update(mixed)
      .digest()
    last = mixed.at(-1) ?? 0
  }
  return key.subarray(0, 32)
}

function md5(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
