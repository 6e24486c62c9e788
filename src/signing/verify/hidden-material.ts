import { dictOf, is, nameOf, type PdfDict, type PdfValue } from '../pdf/values.ts'
import { pagesOf } from './changes/pages.ts'
import { referencesIn } from './changes/references.ts'
import { dictAt, itemsAt, rootOf, type DocumentState } from './changes/state.ts'
import type { SignedDocument } from './document.ts'
import type { Warning } from './report.ts'

/** Material that may wait in a signed document for a later revision to show it ("Shadow Attacks", NDSS 2021,
 *  hide and replace). Integrity alone cannot tell it from harmless remains: it is told, never decided upon. */
export function hiddenMaterial({ states }: SignedDocument): readonly Warning[] {
  const state = states.at(-1)
  if (state === undefined) return []
  return [...unreferenced(state), ...active(state), ...covering(state)]
}

const CONTENT: ReadonlySet<string | undefined> = new Set([
  'Page',
  'Pages',
  'Catalog',
  'XObject',
  'Font',
])

function unreferenced(state: DocumentState): readonly Warning[] {
  const reached = reachable(state)
  let count = 0
  for (const number of state.numbers()) {
    if (reached.has(number)) continue
    if (CONTENT.has(nameOf(dictOf(state.value(number))?.entries.get('Type')))) count += 1
  }
  if (count === 0) return []
  const detail = `${count} pages, pictures or fonts are in the file that no page shows`
  return [{ code: 'unreferenced', detail, count }]
}

function reachable(state: DocumentState): ReadonlySet<number> {
  const reached = new Set<number>()
  const { entries } = state.trailer
  const roots: PdfValue[] = ['Root', 'Info', 'Encrypt'].map((key) => entries.get(key) ?? null)
  const queue = roots.flatMap((value) => referencesIn(value))
  for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
    if (reached.has(number)) continue
    reached.add(number)
    queue.push(...referencesIn(state.value(number)))
  }
  return reached
}

/** What changes by itself how the document looks. */
const ACTIVE: Readonly<Record<string, Warning>> = {
  OCProperties: {
    code: 'optional_content',
    detail: 'the document has layers that can be switched off (optional content)',
  },
  OpenAction: {
    code: 'open_action',
    detail: 'something happens when the document is opened',
  },
  AA: {
    code: 'automatic_action',
    detail: 'something happens by itself in the document',
  },
}
const JAVASCRIPT: Warning = { code: 'javascript', detail: 'the document has JavaScript' }

function active(state: DocumentState): readonly Warning[] {
  const root = rootOf(state)
  const names = dictAt(state, root?.entries.get('Names'))
  const said = Object.entries(ACTIVE).flatMap(([key, what]) =>
    isActive(state, root, key) ? [what] : [],
  )
  return names?.entries.has('JavaScript') ? [...said, JAVASCRIPT] : said
}

/** An OpenAction that only names a page is harmless. */
function isActive(state: DocumentState, root: PdfDict | undefined, key: string): boolean {
  const value = root?.entries.get(key)
  if (value === undefined || value === null) return false
  if (key !== 'OpenAction') return true
  const action = dictAt(state, value)
  return action !== undefined && nameOf(action.entries.get('S')) !== 'GoTo'
}

/** Annotations that lie over half of a page or more: a later revision may take them away. */
function covering(state: DocumentState): readonly Warning[] {
  return pagesOf(state)
    .slice(0, MOST_PAGES)
    .flatMap(({ dict, position }) => {
      const page = area(dictBox(state, dict, 'MediaBox'))
      const covers = itemsAt(state, dict.entries.get('Annots')).some((item) => {
        const annotation = dictAt(state, item)
        if (annotation === undefined) return false
        const kind = nameOf(annotation.entries.get('Subtype'))
        return kind !== 'Link' && page > 0 && area(dictBox(state, annotation, 'Rect')) > page / 2
      })
      return covers ? [covered(position)] : []
    })
}

const covered = (page: number): Warning => ({
  code: 'covering_annotation',
  detail: `an annotation covers most of page ${page}`,
  page,
})

const MOST_PAGES = 1000

function dictBox(state: DocumentState, dict: PdfDict, key: string): readonly PdfValue[] {
  const value = dict.entries.get(key)
  return is(value, 'array') ? value.items : itemsAt(state, value)
}

function area(box: readonly PdfValue[]): number {
  const [left = 0, bottom = 0, right = 0, top = 0] = box.map((one) =>
    typeof one === 'number' ? one : 0,
  )
  return Math.abs((right - left) * (top - bottom))
}
