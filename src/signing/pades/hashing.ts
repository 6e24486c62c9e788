import { createHash, type Hash } from 'node:crypto'
import type { AppendedDocument } from '../../ports/pdf-writer.ts'
import type { PdfSource } from '../pdf/source.ts'

/** What was hashed lately: 50 MB are hashed once, however often they are signed. */
const bySource = new WeakMap<PdfSource, Hash>()
const byKey = new Map<string, Hash>()
const MOST_KEYS = 64

/** SHA-256 over the document and what was appended, unfinished. It may be changed. */
export async function hashOf({ base, added }: AppendedDocument): Promise<Hash> {
  const known = knownOf(base)
  if (known !== undefined) return known.copy().update(added)
  const hash = createHash('sha256')
  for await (const piece of base.pieces(0, base.size)) hash.update(piece)
  remember(base, hash)
  return hash.copy().update(added)
}

/** `hash`: SHA-256 over the very bytes of this document, unfinished, where it was taken while they arrived. */
export function remember(base: PdfSource, hash: Hash): void {
  const key = base.elsewhere?.key
  if (key === undefined) {
    bySource.set(base, hash)
    return
  }
  byKey.set(key, hash)
  const [oldest] = byKey.keys()
  if (byKey.size > MOST_KEYS && oldest !== undefined) byKey.delete(oldest)
}

function knownOf(base: PdfSource): Hash | undefined {
  const key = base.elsewhere?.key
  return key === undefined ? bySource.get(base) : byKey.get(key)
}
