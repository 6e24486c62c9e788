import { catalogOf } from './file.ts'
import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import { dictOf, is, nameOf, textOf, type PdfDict, type PdfRef, type PdfValue } from './values.ts'
import type { PdfView } from './view.ts'

/** A terminal field of the form (ISO 32000-1 section 12.7.3). */
export interface PdfField {
  /** Fully qualified: `a.b.c`. */
  readonly name: string
  readonly ref?: PdfRef
  readonly dict: PdfDict
  /** /FT, inherited: `Sig`, `Tx`, `Btn`, `Ch`. */
  readonly kind: string | undefined
  /** /V as it stands: a reference or the value itself, inherited. */
  readonly value: PdfValue
  /** The field itself where it is merged with its only widget, or its kids. */
  readonly widgets: readonly PdfWidget[]
}

export interface PdfWidget {
  readonly ref?: PdfRef
  readonly dict: PdfDict
}

export function formOf(view: PdfView): PdfDict | undefined {
  return view.getDict(catalogOf(view).dict, 'AcroForm')
}

interface Node {
  readonly value: PdfValue
  readonly name: string
  readonly depth: number
  readonly kind: string | undefined
  readonly inheritedValue: PdfValue
}

/** The fields that the form's tree reaches, in its order. Throws `PdfRefused` when it runs in a circle. */
export function* fieldsOf(view: PdfView): Iterable<PdfField> {
  const roots = view.getArray(formOf(view), 'Fields')?.items ?? []
  const seen = new Set<number>()
  const top = { name: '', depth: 0, kind: undefined, inheritedValue: null }
  const left: Node[] = roots.toReversed().map((value) => ({ value, ...top }))
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (seen.size + left.length > LIMITS.fields) refuse('too_complex', 'fields')
    if (is(node.value, 'ref')) visit(seen, node.value)
    const dict = dictOf(view.resolve(node.value))
    if (dict === undefined) continue
    const own = fieldOf(view, dict, node)
    const kids = view.getArray(dict, 'Kids')?.items ?? []
    const inner = kids.filter((kid) => isField(view, kid))
    if (inner.length === 0) yield { ...own, widgets: widgetsOf(view, own, kids) }
    if (inner.length > 0 && node.depth >= LIMITS.treeDepth) refuse('too_complex', 'field tree')
    const passed = {
      name: own.name,
      depth: node.depth + 1,
      kind: own.kind,
      inheritedValue: own.value,
    }
    for (const value of inner.toReversed()) left.push({ value, ...passed })
  }
}

function visit(seen: Set<number>, { number }: PdfRef): void {
  if (seen.has(number)) refuse('damaged', 'the field tree runs in a circle')
  seen.add(number)
}

function fieldOf(view: PdfView, dict: PdfDict, node: Node): Omit<PdfField, 'widgets'> {
  const part = textOf(view.get(dict, 'T'))
  const name = [node.name, part ?? ''].filter((one) => one !== '').join('.')
  return {
    name,
    ref: is(node.value, 'ref') ? node.value : undefined,
    dict,
    kind: nameOf(view.get(dict, 'FT')) ?? node.kind,
    value: dict.entries.get('V') ?? node.inheritedValue,
  }
}

/** A kid with a partial name is a field, one without is a widget of its parent. */
function isField(view: PdfView, kid: PdfValue): boolean {
  return dictOf(view.resolve(kid))?.entries.has('T') ?? false
}

function widgetsOf(
  view: PdfView,
  { ref, dict }: Pick<PdfField, 'ref' | 'dict'>,
  kids: readonly PdfValue[],
): readonly PdfWidget[] {
  const isMerged = nameOf(view.get(dict, 'Subtype')) === 'Widget'
  if (isMerged) return [{ ref, dict }]
  return kids.flatMap((kid) => {
    const inner = dictOf(view.resolve(kid))
    return inner ? [{ ref: is(kid, 'ref') ? kid : undefined, dict: inner }] : []
  })
}
