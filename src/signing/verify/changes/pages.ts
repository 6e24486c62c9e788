import { integerOf, is, nameOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { note } from './change.ts'
import { formNodes, type FormNode } from './fields.ts'
import {
  ANNOTATION_USES,
  explainOwn,
  explainTree,
  isUsedAs,
  mayChange,
  type Scope,
} from './scope.ts'
import {
  dictAt,
  differingKeys,
  follow,
  itemsAt,
  rootOf,
  sameItems,
  sameValue,
  type DocumentState,
} from './state.ts'

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

/** Keys that may be added to a page, and what they may say (ISO 32000-2 table 31). */
const ADDED_KEYS: Readonly<Record<string, (value: PdfValue | undefined) => boolean>> = {
  StructParents: (value) => integerOf(value) !== undefined,
  Tabs: (value) => ['R', 'C', 'S', 'A', 'W'].includes(nameOf(value) ?? ''),
}

/** Accounts for annotations that were put on pages; anything else about a page stays unaccounted for. */
export function explainPages(scope: Scope): void {
  const widgets = new Map(formNodes(scope.after).map((node) => [node.number, node]))
  for (const { ref, dict: old, position } of pagesOf(scope.before)) {
    const current = dictAt(scope.after, ref)
    if (!is(ref, 'ref') || current === undefined) continue
    if (isUntouched(scope, ref.number, old)) continue
    const isKnown = differingKeys(old, current).every(
      (key) =>
        key === 'Annots' ||
        (!old.entries.has(key) && ADDED_KEYS[key]?.(current.entries.get(key)) === true),
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
  readonly widgets: ReadonlyMap<number | undefined, FormNode>
  readonly place: string
}

function annotationsAreKnown(scope: Scope, old: PdfDict, current: PdfDict, where: Where): boolean {
  const list = follow(scope.after, current.entries.get('Annots'))
  if (list !== null && !is(list, 'array')) return false
  const [before, after] = [
    itemsAt(scope.before, old.entries.get('Annots')),
    itemsAt(scope.after, current.entries.get('Annots')),
  ]
  const kept = after.filter((item) => before.some((one) => sameValue(one, item)))
  const added = after.filter((item) => !kept.includes(item))
  const removed = before.filter((item) => !after.some((one) => sameValue(one, item)))
  // What comes later lies over what came before.
  const isInOrder = sameItems(
    kept,
    before.filter((item) => !removed.includes(item)),
  )
  const isKnown =
    isInOrder &&
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

/** Widgets of signatures come with what the form accounts for in this revision. Others, and those that waited in the
 *  document, would show what nobody saw who signed. */
function isKnownAddition(scope: Scope, item: PdfValue, { widgets, place }: Where): boolean {
  const dict = dictAt(scope.after, item)
  if (dict === undefined) return false
  const widget = is(item, 'ref') ? widgets.get(item.number) : undefined
  if (widget !== undefined) return scope.widgets.has(widget.number ?? NaN)
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
  if (isUsedAs(scope, item.number, ANNOTATION_USES)) scope.explained.add(item.number)
  explainTree(scope, current)
  return true
}
