import type { Revision } from '../../pdf/revisions.ts'
import type { PdfSource } from '../../pdf/source.ts'
import { integerOf } from '../../pdf/values.ts'
import { isSamePlace, type XrefSection } from '../../pdf/xref-entries.ts'

/** One table, with at most the stream of a hybrid file, which all readers read alike: a reader that stumbles over it
 *  searches the file for objects, and finds others. */
export function isPlainRevision(source: PdfSource, revision: Revision | undefined): boolean {
  const [first, hidden, ...others] = revision?.sections ?? []
  if (revision === undefined || first === undefined || others.length > 0) return false
  const { entries } = first.trailer
  if (integerOf(entries.get('Prev')) === undefined) return false
  if (first.kind === 'table' && entries.has('XRefStm') && hidden === undefined) return false
  if (hidden !== undefined && (revision.kind !== 'hybrid' || !agree(first, hidden))) return false
  return [first, hidden].every((section) => section === undefined || isPlain(source, section))
}

/** The table of a hybrid file calls free what its stream knows. */
const agree = (table: XrefSection, { entries }: XrefSection) =>
  [...entries].every(([number, entry]) => {
    const known = table.entries.get(number)
    return known === undefined || known.kind === 'free' || isSamePlace(known, entry)
  })

/** Where the file says that it begins, it begins: some writers count the line's end before it, too. */
function isPlain(source: PdfSource, { kind, offset, end, isAmbiguous }: XrefSection): boolean {
  if (isAmbiguous) return false
  const text = source.read(offset, end).toString('latin1')
  return kind === 'table' ? isTable(text) : /^\s{0,2}\d+ \d+ obj/.test(text)
}

/** Lines of 20 bytes (ISO 32000-2 section 7.5.4); some writers leave a blank away. */
const ENTRY = /^\d{10} \d{5} [nf] ?$/
const HEAD = /^\d{1,10} \d{1,10} *$/

function isTable(text: string): boolean {
  const start = /^\s{0,2}xref *(?:\r\n|\r|\n)/.exec(text)?.[0].length
  const lines = text.slice(start, text.indexOf('trailer')).split(/\r\n|\r|\n/)
  return start !== undefined && lines.every((line) => ENTRY.test(line) || HEAD.test(line) || !line)
}
