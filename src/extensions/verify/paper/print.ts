import {
  fontCollector,
  packed,
  type FontCollector,
} from '../../../signing/appearance/embedded-font.ts'
import { metrics } from '../../../signing/appearance/font.ts'
import { written } from '../../../signing/appearance/draw.ts'
import { shapeLine, type ShapedLine } from '../../../signing/appearance/line.ts'
import { readPdf } from '../../../signing/pdf/file.ts'
import { startIncrement, type Increment } from '../../../signing/pdf/increment.ts'
import { array, dict, name, ref, textString, type PdfRef } from '../../../signing/pdf/values.ts'
import type { Random } from '../../../ports/random.ts'
import type { Tone } from '../summary.ts'
import { verifyText } from '../text/index.ts'
import { blank, CATALOG, INFO, pageNumber } from './blank.ts'
import type { PaperLine, PaperTask } from './lines.ts'
import { wrapped } from './wrap.ts'

/** A4, in points. */
export const PAPER = { width: 595, height: 842, margin: 56 } as const

const STYLES: Readonly<Record<PaperLine['kind'], { size: number; before: number }>> = {
  title: { size: 19, before: 6 },
  heading: { size: 13, before: 14 },
  text: { size: 10, before: 2 },
  small: { size: 8.5, before: 2 },
}
const LEADING = 1.75
const COLOURS: Readonly<Record<Tone, string>> = {
  good: '0.05 0.45 0.25',
  open: '0.72 0.45 0.02',
  bad: '0.65 0.1 0.1',
}

interface Placed {
  readonly shaped: ShapedLine
  readonly size: number
  readonly baseline: number
  readonly tone?: Tone
}

/** The report as a PDF document of its own, right to left in Persian, with text that can be searched. */
export function printed(
  { lines, locale, title }: PaperTask,
  random: Pick<Random, 'bytes'>,
): Buffer {
  const direction = locale === 'fa' ? 'rtl' : 'ltr'
  const pages = paginated(lines, direction)
  const start = blank(pages.length)
  const increment = startIncrement(readPdf(start), random)
  const font = fontCollector()
  const { page } = verifyText(locale)
  const contents = pages.map((placed, at) => {
    const foot = shapeLine(page(at + 1, pages.length), direction)
    const all = [...placed, { shaped: foot, size: 8, baseline: PAPER.margin / 2 }]
    return all.map((one) => drawn(one, direction, font)).join('')
  })
  // Only now it is known which letters the font must have.
  const face = font.embed(increment)
  contents.forEach((content, at) => addPage(increment, { at, content, face }))
  increment.set(ref(INFO), dict({ Title: textString(title) }))
  increment.set(
    ref(CATALOG),
    dict({
      Type: name('Catalog'),
      Pages: ref(2),
      Lang: textString(locale),
      ViewerPreferences: dict({
        DisplayDocTitle: true,
        Direction: name(locale === 'fa' ? 'R2L' : 'L2R'),
      }),
    }),
  )
  return Buffer.concat([start, increment.build().bytes])
}

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
  return `${mark}q 0.08 0.15 0.17 rg BT\n${written(shaped, { left, baseline, size }, font)}ET Q\n`
}

/** Beside the line, in the margin. */
function bar(colour: string, baseline: number, size: number, isPersian: boolean): string {
  const left = isPersian ? PAPER.width - PAPER.margin + 8 : PAPER.margin - 14
  return `q ${colour} rg ${left} ${(baseline - size * 0.35).toFixed(2)} 6 ${(size * 1.4).toFixed(2)} re f Q\n`
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
      Resources: dict({ Font: dict({ F: face }) }),
      Contents: packed(increment, Buffer.from(content, 'latin1')),
    }),
  )
}
