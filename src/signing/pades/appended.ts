import type { AppendedDocument } from '../../ports/pdf-writer.ts'
import type { PdfSource } from '../pdf/source.ts'

/** A file that grows: the bytes that were given, and what we append, which is small and in memory. */
export interface GrowingPdf extends AppendedDocument {
  /** All that was appended. */
  readonly added: Buffer
  /** Both, as one. */
  readonly whole: PdfSource
}

export function growing(base: PdfSource): GrowingPdf {
  return { base, added: Buffer.alloc(0), whole: base }
}

export function isGrowing(given: Uint8Array | PdfSource | GrowingPdf): given is GrowingPdf {
  return 'whole' in given
}

export function grown({ base, added }: AppendedDocument, increment: Uint8Array): GrowingPdf {
  const all = Buffer.concat([added, increment])
  return { base, added: all, whole: appended(base, all) }
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
