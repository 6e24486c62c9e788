import { is, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { note } from './change.ts'
import { formNodes, type FormNode } from './fields.ts'
import { explainTree, mayChange, type Scope } from './scope.ts'
import { dictAt } from './state.ts'

/** Appearances that are rewritten where they stand, while the field's own dictionary stays as it was. */
export function explainAppearances(scope: Scope): void {
  for (const node of formNodes(scope.after)) {
    if (node.type === 'Sig' || node.type === undefined) continue
    if (explainRewritten(scope, node)) note(scope, 'form-value', node.name, node.name)
  }
}

export function explainRewritten(scope: Scope, { dict }: FormNode): boolean {
  const streams = appearanceStreams(scope, dict)
  const rewritten = streams.filter((value) => is(value, 'ref') && scope.touched.has(value.number))
  for (const value of rewritten) explainTree(scope, value)
  return rewritten.length > 0
}

/** The dictionary of appearances, its streams, and those of its states; not what they use: fonts and pictures may
 *  be shared with the page. What others point to, too, is not looked into: it is theirs as well. */
function appearanceStreams(scope: Scope, dict: PdfDict): readonly PdfValue[] {
  const given = dict.entries.get('AP') ?? null
  const kinds = ownEntries(scope, given)
  return [given, ...kinds, ...kinds.flatMap((kind) => ownEntries(scope, kind))]
}

function ownEntries(scope: Scope, value: PdfValue): readonly PdfValue[] {
  if (is(value, 'ref') && !mayChange(scope, value.number)) return []
  return [...(dictAt(scope.after, value)?.entries.values() ?? [])]
}
