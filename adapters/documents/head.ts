import { createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { unreadable } from './piece-cipher.ts'

/** What stands before the pieces: how they are opened, sealed by the window's own keys and bound to the file's name. */
export interface Head {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Bytes of the document. */
  readonly size: number
  /** Hex. */
  readonly sha256: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** Of the head with its padding; the pieces begin behind it. */
export const HEAD_BYTES = 1024
const MAGIC = 'PJD1'

const Sealed = z.strictObject({
  key: z.base64url().length(43),
  size: z.number().int().nonnegative(),
  sha256: z.hex().length(64),
  expiresAt: z.number(),
})

const contextOf = (id: string) => `documents:${id}`

/** `PJD1`, two bytes of length, the envelope, zeros. */
export function sealHead(secrets: SecretBox, id: string, head: Head): Buffer {
  const { key, size, sha256, expiresAt } = head
  const text = { key: Buffer.from(key).toString('base64url'), size, sha256, expiresAt }
  const envelope = secrets.seal(JSON.stringify(text), contextOf(id))
  if (envelope.length > HEAD_BYTES - 6) throw new RangeError('the head of a document is too long')
  const bytes = Buffer.alloc(HEAD_BYTES)
  bytes.write(MAGIC, 'latin1')
  bytes.writeUInt16BE(envelope.length, MAGIC.length)
  bytes.write(envelope, MAGIC.length + 2, 'latin1')
  return bytes
}

/** Throws `sealed_data_unreadable`. */
export function openHead(secrets: SecretBox, id: string, bytes: Buffer): Head {
  if (bytes.length !== HEAD_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC) throw unreadable()
  const length = bytes.readUInt16BE(4)
  const text = secrets.open(bytes.toString('latin1', 6, 6 + length), contextOf(id))
  const { data } = Sealed.safeParse(JSON.parse(text))
  if (data === undefined) throw unreadable()
  return { ...data, key: Buffer.from(data.key, 'base64url') }
}

export const keyOf = ({ key }: Head): KeyObject => createSecretKey(key)
