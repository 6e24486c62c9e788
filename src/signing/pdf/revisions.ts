import type { PdfSource } from './source.ts'
import type { PdfDict } from './values.ts'
import type { XrefEntry, XrefSection } from './xref-entries.ts'
import type { ChainLink } from './xref.ts'

/** What one save added to the file. */
export interface Revision {
  /** 0 is the first one. */
  readonly index: number
  readonly kind: 'table' | 'stream' | 'hybrid'
  /** In the order in which they are asked: what an earlier one knows, a later one does not change. */
  readonly sections: readonly XrefSection[]
  readonly trailer: PdfDict
  /** Offset of the section that begins the chain of this revision. */
  readonly startxref: number
  /** The file ends here for who reads this revision: offset after the letters `%%EOF` and after the line's end
   *  behind them. Nothing when no `startxref` with this revision's offset and `%%EOF` follow its table. */
  readonly eof?: number
  readonly end?: number
}

/** Groups the sections by save, oldest first. A linearised file has two in its first one: the first page's,
 *  which stands near the beginning of the file and points forward to the other. */
export function revisionsOf(source: PdfSource, chain: readonly ChainLink[]): readonly Revision[] {
  const groups: ChainLink[][] = []
  for (const link of chain) {
    const newer = groups.at(-1)
    const isForward =
      newer?.at(-1) !== undefined && (newer.at(-1)?.section.offset ?? 0) < link.section.offset
    if (isForward) newer.push(link)
    else groups.push([link])
  }
  return groups.toReversed().map((group, index) => revision(source, group, index))
}

function revision(source: PdfSource, group: readonly ChainLink[], index: number): Revision {
  const first = group[0]
  if (first === undefined) throw new RangeError('A revision has a section.')
  const sections = group.flatMap(({ section, hidden }) => (hidden ? [section, hidden] : [section]))
  const last = Math.max(...group.map(({ section }) => section.end))
  return {
    index,
    kind: first.hidden ? 'hybrid' : first.section.kind,
    sections,
    trailer: first.section.trailer,
    startxref: first.section.offset,
    ...endAfter(source, last, group.length > 1 ? undefined : first.section.offset),
  }
}

/** How far behind the table its `%%EOF` may stand. */
const NEAR = 1024

function endAfter(source: PdfSource, after: number, startxref: number | undefined) {
  const text = source.read(after, after + NEAR).toString('latin1')
  const found = /startxref\s*(\d{1,10})\s*%%EOF(\r\n|\r|\n)?/.exec(text)
  if (found === null || (startxref !== undefined && Number(found[1]) !== startxref)) return {}
  const end = after + found.index + found[0].length
  return { eof: end - (found[2] ?? '').length, end }
}

/** What this revision says about an object; nothing when it does not know it. */
export function entryIn({ sections }: Revision, number: number): XrefEntry | undefined {
  let free: XrefEntry | undefined
  for (const { entries } of sections) {
    const entry = entries.get(number)
    // The table of a hybrid file calls free what its stream knows.
    if (entry && entry.kind !== 'free') return entry
    free ??= entry
  }
  return free
}
