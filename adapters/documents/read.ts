import { read as readCallback, readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { OpenDocument } from '../../src/ports/document-store.ts'
import { HEAD_BYTES, keyOf, type Head } from './head.ts'
import { openPiece, PIECE_BYTES, SEALED_BYTES, sealedSize, unreadable } from './piece-cipher.ts'

const readAsync = promisify(readCallback)

/** Opened pieces that are remembered: a reader of PDF files goes back and forth between a few places. */
const KEPT = 8

/** Throws `sealed_data_unreadable` when the file is not as long as its head says. */
export async function openPieces(file: FileHandle, id: string, head: Head): Promise<OpenDocument> {
  const { size, sha256 } = head
  const stat = await file.stat()
  if (stat.size !== HEAD_BYTES + sealedSize(size)) throw unreadable()
  const key = keyOf(head)
  const kept = new Map<number, Buffer>()

  const placeOf = (index: number) => HEAD_BYTES + index * SEALED_BYTES
  const lengthOf = (index: number) => sealedSize(Math.min(PIECE_BYTES, size - index * PIECE_BYTES))

  function pieceAt(index: number): Buffer {
    const known = kept.get(index)
    if (known !== undefined) return known
    const sealed = Buffer.alloc(lengthOf(index))
    if (readSync(file.fd, sealed, 0, sealed.length, placeOf(index)) !== sealed.length) {
      throw unreadable()
    }
    return remember(index, openPiece(key, index, sealed))
  }

  function remember(index: number, piece: Buffer): Buffer {
    const [oldest] = kept.keys()
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(index, piece)
    return piece
  }

  function read(start: number, end: number): Buffer {
    const [from, to] = within(start, end, size)
    if (from >= to) return Buffer.alloc(0)
    const [first, last] = [Math.floor(from / PIECE_BYTES), Math.floor((to - 1) / PIECE_BYTES)]
    if (first === last) return part(pieceAt(first), first, from, to)
    const whole = Buffer.allocUnsafe(to - from)
    for (let index = first; index <= last; index++) {
      const bytes = part(pieceAt(index), index, from, to)
      whole.set(bytes, Math.max(0, index * PIECE_BYTES - from))
    }
    return whole
  }

  async function* pieces(start: number, end: number): AsyncIterable<Uint8Array> {
    const [from, to] = within(start, end, size)
    // One for all: what is opened is a copy, and a large file would leave many times its size to the collector.
    const buffer = Buffer.allocUnsafe(Math.min(SEALED_BYTES, sealedSize(size)))
    for (let index = Math.floor(from / PIECE_BYTES); index * PIECE_BYTES < to; index++) {
      const sealed = buffer.subarray(0, lengthOf(index))
      const { bytesRead } = await readAsync(file.fd, sealed, 0, sealed.length, placeOf(index))
      if (bytesRead !== sealed.length) throw unreadable()
      yield part(openPiece(key, index, sealed), index, from, to)
    }
  }

  return { id, size, sha256, read, pieces, close: () => file.close() }
}

function within(start: number, end: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.min(start, size)), Math.max(0, Math.min(end, size))]
}

/** Of a piece what lies in [from, to) of the document. */
function part(piece: Buffer, index: number, from: number, to: number): Buffer {
  const at = index * PIECE_BYTES
  return piece.subarray(Math.max(0, from - at), Math.min(piece.length, to - at))
}
