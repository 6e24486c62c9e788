import type { Elsewhere, ReadableDocument } from '../../ports/document-store.ts'
import { bufferSource } from '../pdf/source.ts'

interface Shared {
  readonly bytes: SharedArrayBuffer
}

/** What other threads read of a document that only this one can: memory that all of them have, filled once however
 *  often it is sent. */
const copies = new WeakMap<ReadableDocument, Promise<Elsewhere>>()
let count = 0

export function elsewhereOf(document: ReadableDocument): Promise<Elsewhere> | Elsewhere {
  if (document.elsewhere !== undefined) return document.elsewhere
  const known = copies.get(document)
  const copy = known ?? copied(document)
  if (known === undefined) copies.set(document, copy)
  return copy
}

async function copied(document: ReadableDocument): Promise<Elsewhere> {
  const bytes = new SharedArrayBuffer(document.size)
  const view = new Uint8Array(bytes)
  let at = 0
  for await (const piece of document.pieces(0, document.size)) {
    view.set(piece, at)
    at += piece.length
  }
  const given: Shared = { bytes }
  return { program: import.meta.url, given, key: `shared:${++count}` }
}

export default function openedShared({ bytes }: Shared): ReadableDocument {
  return bufferSource(new Uint8Array(bytes))
}
