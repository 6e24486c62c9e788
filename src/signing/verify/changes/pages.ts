import { is, nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { note } from './change.ts'
import { formNodes } from './fields.ts'
import { explainOwn, explainTree, mayChange, type Scope } from './scope.ts'
import { dictAt, differingKeys, itemsAt, rootOf, sameValue, type DocumentState } from './state.ts'

const MOST_PAGES = 100_000
const MOST_DEPTH = 64

interface PageAt {
  readonly ref: PdfValue
  readonly dict: PdfDict
  /** From 1. */
  readonly position: number
}

/** Leaves of the page tree, in order. */
export function pagesOf(state: DocumentState): readonly PageAt[] {
  const found: PageAt[] = []
  const seen = new Set<number>()
  const walk = (value: PdfValue, depth: number) => {
    if (is(value, 'ref') && seen.has(value.number)) return
    if (is(value, 'ref')) seen.add(value.number)
    const dict = dictAt(state, value)
    if (dict === undefined || depth > MOST_DEPTH || found.length >= MOST_PAGES) return
    if (!dict.entries.has('Kids')) {
      found.push({ ref: value, dict, position: found.length + 1 })
      return
    }
    for (const kid of itemsAt(state, dict.entries.get('Kids'))) walk(kid, depth + 1)
  }
  walk(rootOf(state)?.entries.get('Pages') ?? null, 0)
  return found
}

/** Keys of a page that may change or be added. */
const ADDED_KEYS: ReadonlySet<string> = new Set(['StructParents', 'Tabs'])

/** Accounts for annotations that were put on pages; anything else about a page stays unaccounted for. */
export function explainPages(scope: Scope): void {
  const widgets = new Set(formNodes(scope.after).map((node) => node.number))
  for (const { ref, dict: old, position } of pagesOf(scope.before)) {
    const current = dictAt(scope.after, ref)
    if (!is(ref, 'ref') || current === undefined) continue
    if (isUntouched(scope, ref.number, old)) continue
    const isKnown = differingKeys(old, current).every(
      (key) => key === 'Annots' || (ADDED_KEYS.has(key) && !old.entries.has(key)),
    )
    const place = `page ${position}`
    if (!isKnown || !annotationsAreKnown(scope, old, current, { widgets, place })) continue
    if (scope.touched.has(ref.number)) scope.explained.add(ref.number)
  }
}

function isUntouched(scope: Scope, number: number, page: PdfDict): boolean {
  const annotations = page.entries.get('Annots')
  const list = is(annotations, 'ref') ? annotations.number : undefined
  const items = itemsAt(scope.before, annotations)
  return (
    !scope.touched.has(number) &&
    (list === undefined || !scope.touched.has(list)) &&
    !items.some((item) => is(item, 'ref') && scope.touched.has(item.number))
  )
}

interface Where {
  readonly widgets: ReadonlySet<number | undefined>
  readonly place: string
}

function annotationsAreKnown(scope: Scope, old: PdfDict, current: PdfDict, where: Where): boolean {
  const [before, after] = [
    itemsAt(scope.before, old.entries.get('Annots')),
    itemsAt(scope.after, current.entries.get('Annots')),
  ]
  const kept = after.filter((item) => before.some((one) => sameValue(one, item)))
  const added = after.filter((item) => !kept.includes(item))
  const removed = before.filter((item) => !after.some((one) => sameValue(one, item)))
  const isKnown =
    added.every((item) => isKnownAddition(scope, item, where)) &&
    removed.every((item) => isKnownRemoval(scope, item, where)) &&
    before.every((item) => isKnownEdit(scope, item, where))
  if (isKnown) explainOwn(scope, current.entries.get('Annots'))
  return isKnown
}

/** Kinds of annotations that comment on a page (ISO 32000-2 table 171). What plays, runs, redacts or prints
 *  itself over the page (watermarks) is none of them. */
const COMMENTS: ReadonlySet<string | undefined> = new Set([
  'Text',
  'FreeText',
  'Line',
  'Square',
  'Circle',
  'Polygon',
  'PolyLine',
  'Highlight',
  'Underline',
  'Squiggly',
  'StrikeOut',
  'Caret',
  'Stamp',
  'Ink',
  'Popup',
])

const subtypeOf = (dict: PdfDict | undefined) => nameOf(dict?.entries.get('Subtype'))
/** Keys of what acts, and of what might be a resource or a part of the tree of pages at the same time. */
const FOREIGN =
  'A AA Font XObject ExtGState ColorSpace Pattern Shading Kids Fields Resources'.split(' ')
const isForeign = (dict: PdfDict) => FOREIGN.some((key) => dict.entries.has(key))

/** New widgets are accounted for with the form (or not at all). */
function isKnownAddition(scope: Scope, item: PdfValue, { widgets, place }: Where): boolean {
  const dict = dictAt(scope.after, item)
  if (dict === undefined) return false
  if (is(item, 'ref') && widgets.has(item.number)) return true
  if (!COMMENTS.has(subtypeOf(dict)) || isForeign(dict)) return false
  if (is(item, 'ref') && scope.touched.has(item.number) && !mayChange(scope, item.number))
    return false
  note(scope, 'annotation', `${place}, ${subtypeOf(dict) ?? ''}`)
  explainOwn(scope, item)
  explainTree(scope, dict)
  return true
}

function isKnownRemoval(scope: Scope, item: PdfValue, { place }: Where): boolean {
  const dict = dictAt(scope.before, item)
  if (!COMMENTS.has(subtypeOf(dict))) return false
  note(scope, 'annotation', `${place}, ${subtypeOf(dict) ?? ''}`)
  explainOwn(scope, item)
  return true
}

/** A comment that was there and says something else now. */
function isKnownEdit(scope: Scope, item: PdfValue, { widgets, place }: Where): boolean {
  if (!is(item, 'ref') || !scope.touched.has(item.number) || widgets.has(item.number)) return true
  const [old, current] = [dictAt(scope.before, item), dictAt(scope.after, item)]
  if (differingKeys(old, current).length === 0) return true
  if (!COMMENTS.has(subtypeOf(old)) || current === undefined || isForeign(current)) return false
  if (subtypeOf(old) !== subtypeOf(current)) return false
  note(scope, 'annotation', `${place}, ${subtypeOf(current) ?? ''}`)
  scope.explained.add(item.number)
  explainTree(scope, current)
  return true
}
