import { read as readCallback } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { OpenDocument } from '../../src/ports/document-store.ts'
import { HEAD_BYTES, keyOf, type Head } from './head.ts'
import { openPiece, PIECE_BYTES, SEALED_BYTES, sealedSize, unreadable } from './piece-cipher.ts'
import { lengthOf, part, placeOf, reader, within, type SealedFile } from './pieces.ts'

const readAsync = promisify(readCallback)

/** Throws `sealed_data_unreadable` when the file is not as long as its head says. */
export async function openPieces(file: FileHandle, id: string, head: Head): Promise<OpenDocument> {
  const { size, sha256 } = head
  const stat = await file.stat()
  if (stat.size !== HEAD_BYTES + sealedSize(size)) throw unreadable()
  const sealed: SealedFile = { descriptor: file.fd, size, key: keyOf(head) }
  return {
    ...{ id, size, sha256 },
    read: reader(sealed),
    pieces: (start, end) => pieces(sealed, start, end),
    elsewhere: { program: ELSEWHERE, given: sealed, key: `documents:${id}` },
    close: () => file.close(),
  }
}

const ELSEWHERE = new URL('./elsewhere.ts', import.meta.url).href

async function* pieces(file: SealedFile, start: number, end: number): AsyncIterable<Uint8Array> {
  const { descriptor, size, key } = file
  const [from, to] = within(start, end, size)
  // One for all: what is opened is a copy, and a large file would leave many times its size to the collector.
  const buffer = Buffer.allocUnsafe(Math.min(SEALED_BYTES, sealedSize(size)))
  for (let index = Math.floor(from / PIECE_BYTES); index * PIECE_BYTES < to; index++) {
    const sealed = buffer.subarray(0, lengthOf(file, index))
    const { bytesRead } = await readAsync(descriptor, sealed, 0, sealed.length, placeOf(index))
    if (bytesRead !== sealed.length) throw unreadable()
    yield part(openPiece(key, index, sealed), index, from, to)
  }
}
