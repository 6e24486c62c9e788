import type { FileRequest, StepFile } from '../../src/assurance/level.ts'
import type { DocumentStore } from '../../src/ports/document-store.ts'
import { DECLARATION_FILE, declarationPaper } from './declaration.ts'
import { hexHash } from './hash.ts'
import type { SignatureNeeds } from './needs.ts'
import type { SignatureState } from './state.ts'

const PDF = 'application/pdf'

/** What the review page shows: the very documents that will be signed. */
export function reviewFiles({ documents, paper }: Pick<SignatureNeeds, 'documents' | 'paper'>) {
  return async ({ state, name }: FileRequest<SignatureState>): Promise<StepFile | undefined> => {
    if (state.kind !== 'review') return undefined
    const item = state.items.find(({ file }) => file === name)
    if (item === undefined) return undefined
    if (name === DECLARATION_FILE && state.what === 'declaration') return declared({ paper }, state)
    const { files } = state.plan
    const id = Object.hasOwn(files, name) ? files[name] : undefined
    const opened = id === undefined ? undefined : await documents.open(id)
    await opened?.close()
    if (opened === undefined) return undefined
    const { size, sha256 } = opened
    const pieces = (start: number, end: number) => piecesOf(documents, opened.id, { start, end })
    return { type: PDF, name: fileName(item.name), size, sha256, pieces }
  }
}

async function declared(
  needs: Pick<SignatureNeeds, 'paper'>,
  { text, plan }: Extract<SignatureState, { kind: 'review' }>,
): Promise<StepFile> {
  const paper = await declarationPaper(needs, text, plan)
  const pieces = async function* (start: number, end: number) {
    yield paper.subarray(start, end)
  }
  const sha256 = hexHash(paper)
  return { type: PDF, name: DECLARATION_FILE, size: paper.length, sha256, pieces }
}

const fileName = (name: string) => (/\.pdf$/i.test(name) ? name : `${name}.pdf`)

/** Opened when somebody begins to read: who only asks for the length leaves nothing open. */
async function* piecesOf(
  documents: DocumentStore,
  id: string,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncIterable<Uint8Array> {
  const opened = await documents.open(id)
  if (opened === undefined) throw new RangeError('the document has gone in the meantime')
  try {
    yield* opened.pieces(start, end)
  } finally {
    await opened.close()
  }
}
