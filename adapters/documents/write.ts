import { createHash, createSecretKey } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { HEAD_BYTES, sealHead } from './head.ts'
import { PIECE_BYTES, sealPiece } from './piece-cipher.ts'

/** A file that is not whole yet: nobody reads it, and the sweep takes what a crash has left. */
export const PART = '.part'

interface Needs {
  readonly secrets: SecretBox
  readonly random: Pick<Random, 'bytes'>
}

interface Target {
  readonly id: string
  readonly path: string
  readonly maxBytes: number
  readonly expiresAt: number
}

export interface Written {
  readonly size: number
  readonly sha256: string
}

/** The whole file or none: pieces first, then the head that opens them, then its name. */
export async function writeDocument(
  needs: Needs,
  content: AsyncIterable<Uint8Array>,
  target: Target,
): Promise<Written | 'too_large'> {
  const part = target.path + PART
  const file = await open(part, 'wx', 0o600)
  try {
    const key = needs.random.bytes(32)
    const written = await writePieces(file, key, content, target.maxBytes)
    if (written === 'too_large') return written
    const { id, expiresAt } = target
    const head = sealHead(needs.secrets, id, { ...written, expiresAt, key })
    await file.write(head, 0, head.length, 0)
    await file.sync()
    await rename(part, target.path)
    await syncDirectory(dirname(target.path))
    return written
  } finally {
    await file.close()
    await rm(part, { force: true })
  }
}

async function writePieces(
  file: FileHandle,
  bytes: Uint8Array,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Written | 'too_large'> {
  const key = createSecretKey(bytes)
  const hash = createHash('sha256')
  let at = HEAD_BYTES
  let size = 0
  let index = 0
  for await (const piece of inPieces(content, maxBytes)) {
    if (piece === 'too_large') return piece
    hash.update(piece)
    const sealed = sealPiece(key, index++, piece)
    await file.write(sealed, 0, sealed.length, at)
    at += sealed.length
    size += piece.length
  }
  return { size, sha256: hash.digest('hex') }
}

/** However the bytes arrive: pieces of one length and a shorter last one. */
async function* inPieces(
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncIterable<Buffer | 'too_large'> {
  const piece = Buffer.alloc(PIECE_BYTES)
  let filled = 0
  let size = 0
  for await (const chunk of content) {
    size += chunk.length
    if (size > maxBytes) {
      yield 'too_large'
      return
    }
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(PIECE_BYTES - filled, chunk.length - at)
      piece.set(chunk.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled === PIECE_BYTES) {
        yield piece
        filled = 0
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

/** A name lasts only when its directory does. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
