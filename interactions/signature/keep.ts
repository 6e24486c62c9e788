import type { DocumentStore, StoredDocument } from '../../src/ports/document-store.ts'

const DAY_MS = 86_400_000

/** Puts something away for so many days. */
export async function kept(
  documents: DocumentStore,
  content: Uint8Array,
  { now, days }: { readonly now: number; readonly days: number },
): Promise<StoredDocument> {
  const limits = { maxBytes: content.length, expiresAt: now + days * DAY_MS }
  const stored = await documents.put(once(content), limits)
  if (stored === 'too_large') throw new RangeError('what is kept is as large as it is')
  return stored
}

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  yield content
}
