import { createHash, type Hash } from 'node:crypto'
import type { PdfSource } from '../pdf/source.ts'

/** A file that grows: the bytes that were given, and what we append, which is small and in memory. The hash
 *  of all of it is carried along, so that 50 MB are hashed once, however often they are signed. */
export interface GrowingPdf {
  readonly base: PdfSource
  /** All that was appended. */
  readonly added: Buffer
  /** Both, as one. */
  readonly whole: PdfSource
  /** SHA-256 over `whole`, unfinished: copy it before use. */
  readonly hash: Hash
}

/** `hash`: SHA-256 over the very bytes of the file, unfinished, where it was taken while they arrived. */
export async function growing(base: PdfSource, hash?: Hash): Promise<GrowingPdf> {
  const own = hash?.copy() ?? (await hashOf(base))
  return { base, added: Buffer.alloc(0), whole: base, hash: own }
}

async function hashOf(source: PdfSource): Promise<Hash> {
  const hash = createHash('sha256')
  for await (const piece of source.pieces(0, source.size)) hash.update(piece)
  return hash
}

export function grown({ base, added, hash }: GrowingPdf, increment: Buffer): GrowingPdf {
  const all = added.length === 0 ? increment : Buffer.concat([added, increment])
  return { base, added: all, whole: appended(base, all), hash: hash.copy().update(increment) }
}

function appended(base: PdfSource, added: Buffer): PdfSource {
  const size = base.size + added.length
  const inAdded = (start: number, end: number) =>
    added.subarray(Math.max(0, start - base.size), Math.max(0, end - base.size))
  return {
    size,
    read(start, end) {
      if (end <= base.size) return base.read(start, end)
      const tail = inAdded(start, end)
      return start >= base.size ? tail : Buffer.concat([base.read(start, base.size), tail])
    },
    async *pieces(start, end) {
      if (start < base.size) yield* base.pieces(start, Math.min(end, base.size))
      if (end > base.size) yield inAdded(start, end)
    },
  }
}
