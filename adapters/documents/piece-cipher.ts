import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { PanjerehError } from '../../src/errors.ts'

const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16

/** Bytes of a document that are sealed together: one of them is what a reader has to open at least. */
export const PIECE_BYTES = 64 * 1024
export const SEALED_BYTES = PIECE_BYTES + TAG_BYTES

/** How long a document of this size is when it is sealed. */
export function sealedSize(size: number): number {
  return size + Math.ceil(size / PIECE_BYTES) * TAG_BYTES
}

/** The key is of one file and one writing of it, so that its pieces can be counted (NIST SP 800-38D, section 8.2.1):
 *  none can be moved, and how many there are stands in the sealed head. */
function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}

export function sealPiece(key: KeyObject, index: number, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonceOf(index), { authTagLength: TAG_BYTES })
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws `sealed_data_unreadable`. */
export function openPiece(key: KeyObject, index: number, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw unreadable()
  const decipher = createDecipheriv(CIPHER, key, nonceOf(index), { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES))
    // Checks the tag: GCM holds no bytes back.
    decipher.final()
    return plain
  } catch (cause) {
    throw unreadable({ cause })
  }
}

export function unreadable(options?: ErrorOptions): PanjerehError {
  return new PanjerehError(
    'sealed_data_unreadable',
    'a document cannot be opened: its key is not here, or its file was changed',
    options,
  )
}
