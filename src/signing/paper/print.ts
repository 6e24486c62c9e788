import { fontCollector, packed, type FontCollector } from '../appearance/embedded-font.ts'
import { metrics } from '../appearance/font.ts'
import { written } from '../appearance/draw.ts'
import { shapeLine, type ShapedLine } from '../appearance/line.ts'
import { readPdf } from '../pdf/file.ts'
import { startIncrement, type Increment } from '../pdf/increment.ts'
import { array, dict, name, ref, textString, type PdfRef } from '../pdf/values.ts'
import type { Paper, PaperLine, PaperTone } from '../../ports/paper-printer.ts'
import type { Random } from '../../ports/random.ts'
import { blank, CATALOG, INFO, pageNumber } from './blank.ts'
import { wrapped } from './wrap.ts'

/** A4, in points. */
export const PAPER = { width: 595, height: 842, margin: 56 } as const

const STYLES: Readonly<Record<PaperLine['kind'], { size: number; before: number }>> = {
  title: { size: 19, before: 6 },
  heading: { size: 13, before: 14 },
  body: { size: 12, before: 4 },
  text: { size: 10, before: 2 },
  small: { size: 8.5, before: 2 },
}
const LEADING = 1.75
const INK = '/C cs 0.08 0.15 0.17 sc'
const COLOURS: Readonly<Record<PaperTone, string>> = {
  good: '0.05 0.45 0.25',
  open: '0.72 0.45 0.02',
  bad: '0.65 0.1 0.1',
}

/** The same on every device, as archives want it: sRGB, white of D65 (IEC 61966-2-1). */
const SRGB = array(
  name('CalRGB'),
  dict({
    WhitePoint: array(0.9505, 1, 1.089),
    Gamma: array(2.2, 2.2, 2.2),
    Matrix: array(0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505),
  }),
)

interface Placed {
  readonly shaped: ShapedLine
  readonly size: number
  readonly baseline: number
  readonly tone?: PaperTone
}

/** Text as a PDF document of its own, right to left in Persian, that can be copied and searched, with the fonts that it
 *  needs inside. The same words and random bytes give the same file. */
export function printed(
  { lines, locale, title, foot }: Paper,
  random: Pick<Random, 'bytes'>,
): Buffer {
  const direction = locale === 'fa' ? 'rtl' : 'ltr'
  const pages = paginated(lines, direction)
  const start = blank(pages.length)
  const increment = startIncrement(readPdf(start), random)
  const font = fontCollector()
  const contents = pages.map((placed, at) => {
    const words = foot && footOf(foot, { page: at + 1, pages: pages.length }, locale)
    const feet = words ? [{ shaped: shapeLine(words, direction), ...FOOT }] : []
    return [...placed, ...feet].map((one) => drawn(one, direction, font)).join('')
  })
  // Only now it is known which letters the font must have.
  const face = font.embed(increment)
  contents.forEach((content, at) => addPage(increment, { at, content, face }))
  increment.set(ref(INFO), dict(title === undefined ? {} : { Title: textString(title) }))
  increment.set(
    ref(CATALOG),
    dict({
      Type: name('Catalog'),
      Pages: ref(2),
      Lang: textString(locale),
      ViewerPreferences: dict({
        DisplayDocTitle: title !== undefined,
        Direction: name(locale === 'fa' ? 'R2L' : 'L2R'),
      }),
    }),
  )
  return Buffer.concat([start, increment.build().bytes])
}

const FOOT = { size: 8, baseline: PAPER.margin / 2 }

function footOf(
  foot: string,
  numbers: Readonly<Record<'page' | 'pages', number>>,
  locale: Paper['locale'],
): string {
  return foot.replaceAll(/\{(page|pages)\}/g, (_, name: 'page' | 'pages') =>
    digits(numbers[name], locale),
  )
}

const PERSIAN_ZERO = 0x6f0
const digits = (value: number, locale: Paper['locale']): string =>
  locale === 'en'
    ? String(value)
    : String(value).replaceAll(/\d/g, (one) => String.fromCodePoint(PERSIAN_ZERO + Number(one)))

function paginated(
  lines: readonly PaperLine[],
  direction: 'rtl' | 'ltr',
): readonly (readonly Placed[])[] {
  const pages: Placed[][] = [[]]
  const { unitsPerEm, ascent, descent } = metrics()
  let top = PAPER.height - PAPER.margin
  for (const { kind, text, tone } of lines) {
    const { size, before } = STYLES[kind]
    const step = size * LEADING
    top -= before
    const width = PAPER.width - 2 * PAPER.margin
    for (const [at, shaped] of wrapped(text, { size, width, direction }).entries()) {
      // A heading does not stand alone at the foot of a page.
      const room = kind === 'heading' && at === 0 ? step * 3 : step
      if (top - room < PAPER.margin) {
        pages.push([])
        top = PAPER.height - PAPER.margin
      }
      const middle = ((ascent + descent) / 2 / unitsPerEm) * size
      pages.at(-1)?.push({
        shaped,
        size,
        baseline: top - step / 2 - middle,
        tone: at === 0 ? tone : undefined,
      })
      top -= step
    }
  }
  return pages
}

function drawn(
  { shaped, size, baseline, tone }: Placed,
  direction: 'rtl' | 'ltr',
  font: FontCollector,
): string {
  const width = (shaped.width / metrics().unitsPerEm) * size
  const isPersian = direction === 'rtl'
  const left = isPersian ? PAPER.width - PAPER.margin - width : PAPER.margin
  const mark = tone === undefined ? '' : bar(COLOURS[tone], baseline, size, isPersian)
  return `${mark}q ${INK} BT\n${written(shaped, { left, baseline, size }, font)}ET Q\n`
}

/** Beside the line, in the margin. */
function bar(colour: string, baseline: number, size: number, isPersian: boolean): string {
  const left = isPersian ? PAPER.width - PAPER.margin + 8 : PAPER.margin - 14
  return `q /C cs ${colour} sc ${left} ${(baseline - size * 0.35).toFixed(2)} 6 ${(size * 1.4).toFixed(2)} re f Q\n`
}

function addPage(
  increment: Increment,
  { at, content, face }: { readonly at: number; readonly content: string; readonly face: PdfRef },
): void {
  increment.set(
    ref(pageNumber(at)),
    dict({
      Type: name('Page'),
      Parent: ref(2),
      MediaBox: array(0, 0, PAPER.width, PAPER.height),
      Resources: dict({ Font: dict({ F: face }), ColorSpace: dict({ C: SRGB }) }),
      Contents: packed(increment, Buffer.from(content, 'latin1')),
    }),
  )
}
