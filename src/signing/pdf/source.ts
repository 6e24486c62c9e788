import { readSync } from 'node:fs'
import type { ReadableDocument } from '../../ports/document-store.ts'
import { refuse } from './refused.ts'
import { LIMITS } from './limits.ts'
import { lentBuffer, returned } from './lent-buffers.ts'

export type PdfSource = ReadableDocument

export function bufferSource(bytes: Uint8Array): PdfSource {
  if (bytes.length > LIMITS.fileBytes) refuse('too_large')
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    size: whole.length,
    read: (start, end) => whole.subarray(start, end),
    pieces: (start, end) => [whole.subarray(start, end)],
  }
}

const BLOCK = 64 * 1024

/** A file that stays open and unchanged as long as it is used. Objects are read in windows of some kilobytes; a whole
 *  file only for hashing, through one buffer. All of it synchronously: waking another thread for each piece costs more
 *  than the piece, and who has others to serve meanwhile does it in a thread of its own.
 *  `descriptor`: of an open file (`FileHandle.fd`); `size`: bytes. */
export function fileSource(descriptor: number, size: number): PdfSource {
  if (size > LIMITS.fileBytes) refuse('too_large')
  let block: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) }

  function readInto(start: number, end: number): Buffer {
    const length = Math.max(0, Math.min(end, size) - start)
    const bytes = Buffer.allocUnsafe(length)
    let done = 0
    while (done < length) {
      const got = readSync(descriptor, bytes, done, length - done, start + done)
      if (got === 0) refuse('damaged', 'the file became shorter while it was read')
      done += got
    }
    return bytes
  }

  /** Small reads lie beside each other: most are answered from the block that was read last. */
  function read(start: number, end: number): Buffer {
    if (end - start > BLOCK / 2) return readInto(start, end)
    const { start: from, bytes } = block
    const isHere = start >= from && Math.min(end, size) <= from + bytes.length
    if (!isHere) block = { start, bytes: readInto(start, start + BLOCK) }
    return block.bytes.subarray(start - block.start, end - block.start)
  }

  function* pieces(start: number, end: number): Iterable<Uint8Array> {
    const buffer = lentBuffer()
    try {
      for (let at = start; at < end;) {
        const wanted = Math.min(buffer.length, end - at)
        const got = readSync(descriptor, buffer, 0, wanted, at)
        if (got === 0) refuse('damaged', 'the file became shorter while it was read')
        yield buffer.subarray(0, got)
        at += got
      }
    } finally {
      returned(buffer)
    }
  }

  return { size, read, pieces }
}
