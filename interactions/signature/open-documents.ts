import type { DocumentStore, OpenDocument } from '../../src/ports/document-store.ts'
import type { RequestedDocument } from '../../src/ports/signature-request-store.ts'

export interface Open {
  readonly asked: RequestedDocument
  readonly opened: OpenDocument
}

/** Undefined when one is not there, or is not what the request says that it is. */
export async function openAll(
  documents: DocumentStore,
  asked: readonly RequestedDocument[],
): Promise<Open[] | undefined> {
  const found: Open[] = []
  for (const one of asked) {
    const opened = await documents.open(one.id)
    if (opened) found.push({ asked: one, opened })
    if (opened?.sha256 === one.sha256) continue
    await closeAll(found)
    return undefined
  }
  return found
}

export async function closeAll(opened: readonly Open[]): Promise<void> {
  await Promise.all(opened.map((one) => one.opened.close()))
}
