import { catalogOf } from './file.ts'
import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import { dictOf, is, nameOf, type PdfDict, type PdfRef, type PdfValue } from './values.ts'
import type { PdfView } from './view.ts'

export interface PdfPage {
  /** Nothing when the page stands directly in the tree: then it cannot be changed alone. */
  readonly ref?: PdfRef
  readonly dict: PdfDict
  /** From the top of the tree down to its own: what it inherits from. */
  readonly parents: readonly PdfDict[]
}

interface Node {
  readonly value: PdfValue
  readonly parents: readonly PdfDict[]
}

/** The pages in order. Throws `PdfRefused` when the tree runs in a circle or is too large. */
export function* pagesOf(view: PdfView): Iterable<PdfPage> {
  const seen = new Set<number>()
  const left: Node[] = [{ value: catalogOf(view).dict.entries.get('Pages') ?? null, parents: [] }]
  let count = 0
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const { value, parents } = node
    if (is(value, 'ref')) visit(seen, value)
    const dict = dictOf(view.resolve(value))
    if (dict === undefined) continue
    const kids = view.getArray(dict, 'Kids')
    if (kids === undefined || nameOf(view.get(dict, 'Type')) === 'Page') {
      if (++count > LIMITS.pages) refuse('too_complex', 'pages')
      yield { ref: is(value, 'ref') ? value : undefined, dict, parents }
    } else {
      if (parents.length >= LIMITS.treeDepth) refuse('too_complex', 'page tree')
      if (left.length + kids.items.length > LIMITS.pages) refuse('too_complex', 'pages')
      for (const kid of kids.items.toReversed())
        left.push({ value: kid, parents: [...parents, dict] })
    }
  }
}

function visit(seen: Set<number>, { number }: PdfRef): void {
  if (seen.has(number)) refuse('damaged', 'the page tree runs in a circle')
  seen.add(number)
}

/** `number`: 1 is the first page, -1 the last one. */
export function pageAt(view: PdfView, number: number): PdfPage {
  const pages = number < 0 ? [...pagesOf(view)] : firstOf(pagesOf(view), number)
  return pages.at(number < 0 ? number : number - 1) ?? refuse('page_unknown', String(number))
}

function firstOf(pages: Iterable<PdfPage>, count: number): PdfPage[] {
  const found: PdfPage[] = []
  for (const page of pages) {
    found.push(page)
    if (found.length >= count) break
  }
  return found
}

/** An entry that a page inherits (ISO 32000-1 section 7.7.3.4). */
export function inherited(view: PdfView, page: PdfPage, key: string): PdfValue {
  for (const dict of [page.dict, ...page.parents.toReversed()]) {
    const value = view.get(dict, key)
    if (value !== null) return value
  }
  return null
}

/** Left, bottom, right, top in the page's units. */
export type Box = readonly [number, number, number, number]

const A4: Box = [0, 0, 595, 842]

/** What is shown of the page: its crop box within its media box. */
export function shownBox(view: PdfView, page: PdfPage): Box {
  const media = boxOf(view, inherited(view, page, 'MediaBox')) ?? A4
  const crop = boxOf(view, inherited(view, page, 'CropBox')) ?? media
  const both: Box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ]
  return both[0] < both[2] && both[1] < both[3] ? both : media
}

export function boxOf(view: PdfView, value: PdfValue): Box | undefined {
  if (!is(value, 'array') || value.items.length !== 4) return undefined
  const [a, b, c, d] = value.items.map((item) => view.resolve(item))
  const isBox = [a, b, c, d].every((one) => typeof one === 'number')
  if (!isBox) return undefined
  const [x1, y1, x2, y2] = [Number(a), Number(b), Number(c), Number(d)]
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)]
}

/** Degrees clockwise: 0, 90, 180 or 270. */
export function rotationOf(view: PdfView, page: PdfPage): number {
  const given = inherited(view, page, 'Rotate')
  return typeof given === 'number' && given % 90 === 0 ? ((given % 360) + 360) % 360 : 0
}
