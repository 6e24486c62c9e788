import type { Increment } from '../pdf/increment.ts'
import { number } from '../pdf/serialise.ts'
import { array, dict, name, type PdfRef } from '../pdf/values.ts'
import type { Drawing } from './appearance.ts'
import { fontCollector, packed, type FontCollector } from './embedded-font.ts'
import { metrics, naturalAdvance } from './font.ts'
import { shapeLine, type ShapedLine } from './line.ts'
import { embedPicture, type Picture } from './picture.ts'
import { wordsOf } from './words.ts'

interface Area {
  readonly left: number
  readonly bottom: number
  readonly width: number
  readonly height: number
}

const PADDING = 5
const LARGEST_SIZE = 11
/** Smaller writing cannot be read: the last lines are left out instead. */
const SMALLEST_SIZE = 4.5
/** Line height, in sizes: Persian reaches far up and down. */
const LEADING = 1.75
/** How much of the width the picture may take. */
const PICTURE_SHARE = 0.32

/** Draws the signature: a frame, a picture and lines of text, all in colours and with a font that PDF/A allows,
 *  and without transparency. Returns the form XObject. */
export function drawAppearance(increment: Increment, drawing: Drawing): PdfRef {
  const isTurned = drawing.rotation % 180 !== 0
  const [width, height] = isTurned
    ? [drawing.height, drawing.width]
    : [drawing.width, drawing.height]
  const { locale = 'fa', picture } = drawing
  const isPersian = locale === 'fa'
  const areas = divided(width, height, picture, isPersian)
  const font = fontCollector()
  const lines = wordsOf(drawing).map((text) => shapeLine(text, isPersian ? 'rtl' : 'ltr'))
  const content = [
    frame(width, height),
    picture ? placedPicture(areas.picture, picture) : '',
    writing(lines, areas.text, isPersian, font),
  ].join('')
  const resources = dict({
    Font: dict({ F: font.embed(increment) }),
    ColorSpace: dict({ G: GREY }),
    XObject: picture && dict({ P: embedPicture(increment, picture) }),
  })
  return packed(increment, Buffer.from(content, 'latin1'), {
    Type: name('XObject'),
    Subtype: name('Form'),
    BBox: array(0, 0, width, height),
    Matrix: MATRICES[drawing.rotation],
    Resources: resources,
  })
}

/** Grey that does not depend on the device: PDF/A without an output intent allows no other. */
const GREY = array(name('CalGray'), dict({ WhitePoint: array(0.9505, 1, 1.089), Gamma: 2.2 }))

/** On a page that is shown turned clockwise, the drawing is turned back. */
const MATRICES: Readonly<Record<number, ReturnType<typeof array>>> = {
  90: array(0, 1, -1, 0, 0, 0),
  180: array(-1, 0, 0, -1, 0, 0),
  270: array(0, -1, 1, 0, 0, 0),
}

function divided(width: number, height: number, picture: Picture | undefined, isPersian: boolean) {
  const inner = { width: width - 2 * PADDING, height: height - 2 * PADDING }
  const share = picture ? inner.width * PICTURE_SHARE : 0
  const gap = picture ? PADDING : 0
  const text: Area = {
    left: PADDING + (isPersian ? 0 : share + gap),
    bottom: PADDING,
    width: inner.width - share - gap,
    height: inner.height,
  }
  const area: Area = {
    left: isPersian ? PADDING + text.width + gap : PADDING,
    bottom: PADDING,
    width: share,
    height: inner.height,
  }
  return { text, picture: area }
}

function frame(width: number, height: number): string {
  const [w, h] = [number(rounded(width - 1)), number(rounded(height - 1))]
  return `q /G CS 0.55 SC 0.5 w 0.5 0.5 ${w} ${h} re S Q\n`
}

function placedPicture(area: Area, picture: Picture): string {
  const scale = Math.min(area.width / picture.width, area.height / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const left = area.left + (area.width - width) / 2
  const bottom = area.bottom + (area.height - height) / 2
  return `q ${numbers(width, 0, 0, height, left, bottom)} cm /P Do Q\n`
}

function writing(
  given: readonly ShapedLine[],
  area: Area,
  isPersian: boolean,
  font: FontCollector,
): string {
  let lines = given
  let size = sizeFor(lines, area)
  while (size < SMALLEST_SIZE && lines.length > 2) {
    lines = lines.slice(0, -1)
    size = sizeFor(lines, area)
  }
  const { unitsPerEm, ascent, descent } = metrics()
  const step = Math.min(size * LEADING, area.height / lines.length)
  const block = step * lines.length
  const middle = ((ascent + descent) / 2 / unitsPerEm) * size
  const top = area.bottom + (area.height + block) / 2
  const drawn = lines.map((line, at) => {
    const width = (line.width / unitsPerEm) * size
    const left = isPersian ? area.left + area.width - width : area.left
    return written(line, { left, baseline: top - step * (at + 0.5) - middle, size }, font)
  })
  return `q /G cs 0 sc BT\n${drawn.join('')}ET Q\n`
}

/** The size at which all lines fit. */
function sizeFor(lines: readonly ShapedLine[], area: Area): number {
  const { unitsPerEm } = metrics()
  const widest = Math.max(1, ...lines.map(({ width }) => width)) / unitsPerEm
  return Math.min(LARGEST_SIZE, area.height / (lines.length * LEADING), area.width / widest)
}

export interface Pen {
  readonly left: number
  readonly baseline: number
  readonly size: number
}

/** One line, its glyphs from left to right. Where a glyph goes elsewhere than the font's own widths lead, the
 *  pen is moved (TJ), and raised for marks (Ts). */
export function written(
  { glyphs }: ShapedLine,
  { left, baseline, size }: Pen,
  font: FontCollector,
): string {
  const thousandth = 1000 / metrics().unitsPerEm
  const parts: string[] = []
  let rise = 0
  let pending = 0
  let codes = ''
  const flush = () => {
    if (codes !== '') parts.push(`[${codes}] TJ\n`)
    codes = ''
  }
  for (const glyph of glyphs) {
    if (glyph.dy !== rise) {
      flush()
      rise = glyph.dy
      parts.push(`${number(rounded(((rise * thousandth) / 1000) * size))} Ts\n`)
    }
    const move = pending - glyph.dx
    if (move !== 0) codes += number(rounded(move * thousandth))
    codes += `<${font.codeOf(glyph)}>`
    pending = naturalAdvance(glyph.id) + glyph.dx - glyph.advance
  }
  flush()
  if (rise !== 0) parts.push('0 Ts\n')
  return `/F ${number(rounded(size))} Tf ${numbers(1, 0, 0, 1, left, baseline)} Tm\n${parts.join('')}`
}

const numbers = (...values: readonly number[]) =>
  values.map((one) => number(rounded(one))).join(' ')

const rounded = (value: number) => Math.round(value * 1000) / 1000
