import type { FileRequest, StepFile } from '../../src/assurance/level.ts'
import type { OpenDocument } from '../../src/ports/document-store.ts'
import { DECLARATION_FILE, declarationPaper } from './declaration.ts'
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
    if (opened === undefined) return undefined
    return { type: PDF, name: fileName(item.name), size: opened.size, pieces: piecesOf(opened) }
  }
}

async function declared(
  needs: Pick<SignatureNeeds, 'paper'>,
  { text, plan }: Extract<SignatureState, { kind: 'review' }>,
): Promise<StepFile> {
  const paper = await declarationPaper(needs, text, plan)
  const pieces = (async function* () {
    yield paper
  })()
  return { type: PDF, name: DECLARATION_FILE, size: paper.length, pieces }
}

const fileName = (name: string) => (/\.pdf$/i.test(name) ? name : `${name}.pdf`)

async function* piecesOf(opened: OpenDocument): AsyncIterable<Uint8Array> {
  try {
    yield* opened.pieces(0, opened.size)
  } finally {
    await opened.close()
  }
}
