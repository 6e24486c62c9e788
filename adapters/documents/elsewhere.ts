import type { ReadableDocument } from '../../src/ports/document-store.ts'
import { openPiece, PIECE_BYTES, SEALED_BYTES, sealedSize } from './piece-cipher.ts'
import { part, reader, sealedPiece, within, type SealedFile } from './pieces.ts'

/** A document of the store in another thread than the one that has opened it, and that closes it: nobody else waits
 *  there, so all of it is read synchronously. Were the file closed too early, and its descriptor another file's, its
 *  pieces would not open. */
export default function openedElsewhere(file: SealedFile): ReadableDocument {
  return {
    size: file.size,
    read: reader(file),
    pieces: (start, end) => pieces(file, start, end),
  }
}

function* pieces(file: SealedFile, start: number, end: number): Iterable<Uint8Array> {
  const [from, to] = within(start, end, file.size)
  const buffer = Buffer.allocUnsafe(Math.min(SEALED_BYTES, sealedSize(file.size)))
  for (let index = Math.floor(from / PIECE_BYTES); index * PIECE_BYTES < to; index++)
    yield part(openPiece(file.key, index, sealedPiece(file, index, buffer)), index, from, to)
}
