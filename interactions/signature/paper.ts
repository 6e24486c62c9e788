import { fontCollector, packed } from '../../src/signing/appearance/embedded-font.ts'
import { written } from '../../src/signing/appearance/draw.ts'
import { metrics } from '../../src/signing/appearance/font.ts'
import { shapeLine, type ShapedLine } from '../../src/signing/appearance/line.ts'
import type { Locale } from '../../src/identity/locale.ts'
import type { Random } from '../../src/ports/random.ts'
import { catalogOf, readPdf } from '../../src/signing/pdf/file.ts'
import { startIncrement } from '../../src/signing/pdf/increment.ts'
import { array, dict, name, ref, textString, withEntries } from '../../src/signing/pdf/values.ts'

export interface Paper {
  /** Lines ended by LF; the first is the title. */
  readonly text: string
  readonly locale: Locale
}

/** Points: A4, and its margins. */
const PAGE = { width: 595, height: 842, margin: 64 } as const
const SIZES = { title: 16, line: 12 } as const
const LEADING = 2
const PAGE_NUMBER = 3

/** A page of text as PDF: shaped Persian that can be copied and searched, with the fonts that it needs inside. The
 *  same words and random bytes give the same file. */
export function paperOf({ text, locale }: Paper, random: Pick<Random, 'bytes'>): Buffer {
  const file = readPdf(BLANK)
  const increment = startIncrement(file, random)
  const font = fontCollector()
  const content = bodyOf(text.split('\n'), locale, font)
  const grey = array(name('CalGray'), dict({ WhitePoint: array(0.9505, 1, 1.089), Gamma: 2.2 }))
  const contents = packed(increment, Buffer.from(content, 'latin1'))
  const resources = dict({
    Font: dict({ F: font.embed(increment) }),
    ColorSpace: dict({ G: grey }),
  })
  increment.set(
    ref(PAGE_NUMBER),
    dict({
      Type: name('Page'),
      Parent: ref(2),
      MediaBox: array(0, 0, PAGE.width, PAGE.height),
      Resources: resources,
      Contents: contents,
    }),
  )
  const catalog = catalogOf(file.view)
  increment.set(catalog.ref, withEntries(catalog.dict, { Lang: textString(locale) }))
  return Buffer.concat([BLANK, increment.build().bytes])
}

function bodyOf(
  lines: readonly string[],
  locale: Locale,
  font: ReturnType<typeof fontCollector>,
): string {
  const isPersian = locale === 'fa'
  const { unitsPerEm } = metrics()
  let baseline = PAGE.height - PAGE.margin
  const drawn = lines.flatMap((line, at) => {
    const size = at === 0 ? SIZES.title : SIZES.line
    return wrapped(line, size, isPersian).map((shaped) => {
      baseline -= size * LEADING
      const width = (shaped.width / unitsPerEm) * size
      const left = isPersian ? PAGE.width - PAGE.margin - width : PAGE.margin
      return written(shaped, { left, baseline, size }, font)
    })
  })
  return `/G cs 0 sc BT\n${drawn.join('')}ET\n`
}

/** As many words a line as fit. */
function wrapped(line: string, size: number, isPersian: boolean): readonly ShapedLine[] {
  const shaped = (words: readonly string[]) => shapeLine(words.join(' '), isPersian ? 'rtl' : 'ltr')
  const room = ((PAGE.width - 2 * PAGE.margin) / size) * metrics().unitsPerEm
  const rows: string[][] = [[]]
  for (const word of line.split(' ')) {
    const row = rows.at(-1) ?? []
    if (row.length === 0 || shaped([...row, word]).width <= room) row.push(word)
    else rows.push([word])
  }
  return rows.map(shaped)
}

/** A document of one empty page. */
const BLANK = blank([
  '<</Type/Catalog/Pages 2 0 R>>',
  '<</Type/Pages/Kids[3 0 R]/Count 1>>',
  `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]/Resources<<>>>>`,
])

function blank(objects: readonly string[]): Buffer {
  let body = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
  const offsets = objects.map((object, at) => {
    const offset = body.length
    body += `${at + 1} 0 obj\n${object}\nendobj\n`
    return String(offset).padStart(10, '0')
  })
  const entries = offsets.map((offset) => `${offset} 00000 n \n`).join('')
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${entries}`
  const trailer = `trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.from(body + table + trailer, 'latin1')
}
