import { fieldsOf, formOf } from './fields.ts'
import { catalogOf } from './file.ts'
import { LIMITS } from './limits.ts'
import { hiddenLayers } from './optional-content.ts'
import { pagesOf } from './pages.ts'
import { refuse, type PdfRefusal } from './refused.ts'
import { dictOf, is, nameOf, type PdfDict, type PdfValue } from './values.ts'
import type { PdfView } from './view.ts'

/** Something that can make the document show or do another thing than what was read and signed. */
export interface ActiveContent {
  readonly code: Extract<
    PdfRefusal,
    | 'javascript'
    | 'launch_action'
    | 'changing_action'
    | 'optional_content'
    | 'dynamic_form'
    | 'rich_media'
  >
  /** `catalog`, `page 3`, `field` … */
  readonly where: string
}

type Code = ActiveContent['code']

/** Actions by their /S (ISO 32000-1 section 12.6.4) that no signed document may hold. Going to a page, opening
 *  an address and sending a form leave the document as it is. */
const ACTIONS: Readonly<Record<string, Code>> = {
  JavaScript: 'javascript',
  Launch: 'launch_action',
  ImportData: 'changing_action',
  Hide: 'changing_action',
  SetOCGState: 'optional_content',
  Rendition: 'rich_media',
  Movie: 'rich_media',
  RichMediaExecute: 'rich_media',
}

const MOVING: readonly string[] = ['RichMedia', 'Screen', 'Movie', '3D']

/** All that was found, in the order of the document; empty for an honest paper. Throws `PdfRefused`. */
export function activeContent(view: PdfView): readonly ActiveContent[] {
  const search = searchIn(view)
  const catalog = catalogOf(view).dict
  searchCatalog(view, catalog, search)
  searchOutline(view, catalog, search)
  let number = 0
  for (const { dict } of pagesOf(view)) searchPage(view, dict, `page ${++number}`, search)
  for (const field of fieldsOf(view)) {
    search.actions(field.dict, 'field')
    for (const widget of field.widgets) search.actions(widget.dict, 'field')
  }
  return search.found
}

interface Search {
  readonly found: ActiveContent[]
  note(code: Code, where: string): void
  /** The /A and /AA of anything. */
  actions(dict: PdfDict, where: string): void
  action(value: PdfValue | undefined, where: string): void
}

function searchIn(view: PdfView): Search {
  const found: ActiveContent[] = []
  let left: number = LIMITS.searched

  function note(code: Code, where: string): void {
    const isKnown = found.some((one) => one.code === code && one.where === where)
    if (!isKnown) found.push({ code, where })
  }

  /** An action and all that follow it (/Next), which may be a tree. */
  function action(value: PdfValue | undefined, where: string): void {
    const seen = new Set<number>()
    const next: PdfValue[] = [value ?? null]
    for (let one = next.pop(); one !== undefined; one = next.pop()) {
      if (--left < 0) refuse('too_complex', 'actions')
      if (is(one, 'ref') && seen.has(one.number)) continue
      if (is(one, 'ref')) seen.add(one.number)
      const resolved = view.resolve(one)
      if (is(resolved, 'array'))
        next.push(...resolved.items.filter((item) => is(view.resolve(item), 'dict')))
      const dict = dictOf(resolved)
      if (dict === undefined) continue
      judge(dict, where)
      next.push(dict.entries.get('Next') ?? null)
    }
  }

  function judge(dict: PdfDict, where: string): void {
    const kind = nameOf(view.get(dict, 'S')) ?? ''
    if (Object.hasOwn(ACTIONS, kind)) note(ACTIONS[kind] ?? 'changing_action', where)
    if (dict.entries.has('JS')) note('javascript', where)
  }

  function actions(dict: PdfDict, where: string): void {
    if (dict.entries.has('A')) action(dict.entries.get('A'), where)
    const additional = view.getDict(dict, 'AA')
    for (const value of additional?.entries.values() ?? []) action(value, where)
  }

  return { found, note, action, actions }
}

function searchCatalog(view: PdfView, catalog: PdfDict, search: Search): void {
  const names = view.getDict(catalog, 'Names')
  if (view.get(names, 'JavaScript') !== null) search.note('javascript', 'catalog')
  search.action(catalog.entries.get('OpenAction'), 'catalog')
  search.actions(catalog, 'catalog')
  const form = formOf(view)
  if (view.get(form, 'XFA') !== null || view.get(catalog, 'NeedsRendering') === true)
    search.note('dynamic_form', 'form')
  if (hiddenLayers(view, catalog)) search.note('optional_content', 'catalog')
}

function searchPage(view: PdfView, page: PdfDict, where: string, search: Search): void {
  if (page.entries.has('AA')) search.actions(page, where)
  for (const item of view.getArray(page, 'Annots')?.items ?? []) {
    const annotation = dictOf(view.resolve(item))
    if (annotation === undefined) continue
    search.actions(annotation, where)
    if (MOVING.includes(nameOf(view.get(annotation, 'Subtype')) ?? ''))
      search.note('rich_media', where)
  }
}

/** Bookmarks: a linked list of trees (ISO 32000-1 section 12.3.3). */
function searchOutline(view: PdfView, catalog: PdfDict, search: Search): void {
  const seen = new Set<number>()
  const left: PdfValue[] = [view.getDict(catalog, 'Outlines')?.entries.get('First') ?? null]
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (!is(one, 'ref') || seen.has(one.number)) continue
    if (seen.size >= LIMITS.searched) refuse('too_complex', 'outline')
    seen.add(one.number)
    const item = dictOf(view.resolve(one))
    if (item === undefined) continue
    search.actions(item, 'outline')
    left.push(item.entries.get('Next') ?? null, item.entries.get('First') ?? null)
  }
}
