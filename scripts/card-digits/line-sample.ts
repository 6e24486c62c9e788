import sharp from 'sharp'
import { NOTHING, SLASH } from '../../adapters/card/digit-net.ts'
import type { Grey } from '../../adapters/card/grey.ts'
import { stripOf } from '../../adapters/card/ink.ts'
import { candidatesOf, piecesOf, windowOf, type Stretch } from '../../adapters/card/pieces.ts'
import { normal } from '../../sandbox/card-press/random.ts'
import type { Face } from './fonts.ts'

export interface Sample {
  readonly window: Float32Array
  readonly label: number
}

const FIELD = { width: 400, height: 88 } as const

/** One printed line as the reader sees it after a bad photograph, cut by the reader's own code, each cut with
 *  what it is. */
export async function lineSamples(face: Face, random: () => number): Promise<readonly Sample[]> {
  const { svg, marks } = printedLine(face, random)
  const field = await photographed(svg, random)
  const strip = stripOf(field)
  if (strip === undefined) return []
  const truths = marks.map(({ left, right, label }) => ({
    left: left * strip.scale,
    right: right * strip.scale,
    label,
  }))
  return candidatesOf(piecesOf(strip)).flatMap((candidate) => {
    const label = labelOf(candidate, truths)
    return label === undefined ? [] : [{ window: windowOf(strip, candidate), label }]
  })
}

interface Mark extends Stretch {
  readonly label: number
}

/** A cut that is nearly a digit is one; a cut that is half of one, or two, is none; between, who knows. */
function labelOf(cut: Stretch, truths: readonly Mark[]): number | undefined {
  const best = truths
    .map((truth) => ({ label: truth.label, share: overlap(cut, truth) }))
    .reduce((a, b) => (b.share > a.share ? b : a), { label: NOTHING, share: 0 })
  if (best.share >= 0.66) return best.label
  return best.share <= 0.5 ? NOTHING : undefined
}

function overlap(a: Stretch, b: Stretch): number {
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  return Math.max(0, shared) / (Math.max(a.right, b.right) - Math.min(a.left, b.left))
}

function printedLine(face: Face, random: () => number) {
  const isPersian = face.hasPersian && (!face.hasLatin || random() < 0.65)
  const symbols = symbolsOf(random)
  const between = (low: number, high: number) => low + random() * (high - low)
  const scale = between(36, 62) / face.font.unitsPerEm
  const spacing = random() < 0.3 ? between(0, 8) : 0
  const base = FIELD.height / 2 + between(10, 24)
  const [shear, turn] = [normal(random) * 0.05, normal(random) * 0.012]
  const marks: Mark[] = []
  const paths: string[] = []
  let pen = between(6, 50)
  for (const symbol of symbols) {
    const glyph = face.font.glyphForCodePoint(codeOf(symbol, isPersian))
    const { bbox, advanceWidth } = glyph
    if (pen + advanceWidth * scale > FIELD.width - 4) break
    paths.push(glyph.path.scale(scale, -scale).translate(pen, base).toSVG())
    const lean = -shear * ((bbox.minY + bbox.maxY) / 2) * scale
    marks.push({
      left: pen + bbox.minX * scale + lean,
      right: pen + bbox.maxX * scale + lean,
      label: symbol < 0 ? SLASH : symbol + (isPersian ? 0 : 10),
    })
    pen += advanceWidth * scale + spacing
  }
  const ink = Math.round(between(10, 95))
  const bolder = random() < 0.3 ? between(0, 2) : 0
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${FIELD.width}" height="${FIELD.height}">
    ${paper(random)}<g transform="translate(0 ${base}) matrix(1 ${turn} ${shear} 1 0 0) translate(0 ${-base})">
    <path d="${paths.join('')}" fill="rgb(${ink},${ink},${ink})" stroke="rgb(${ink},${ink},${ink})"
      stroke-width="${bolder}"/></g></svg>`
  return { svg, marks }
}

/** A national number or a date; -1 is a slash. */
function symbolsOf(random: () => number): readonly number[] {
  const digit = () => Math.floor(random() * 10)
  const digits = (count: number) => Array.from({ length: count }, digit)
  return random() < 0.7
    ? digits(10)
    : [1, Math.floor(3 + random() * 2), ...digits(2), -1, ...digits(2), -1, ...digits(2)]
}

function codeOf(symbol: number, isPersian: boolean): number {
  if (symbol < 0) return 0x2f
  return (isPersian ? 0x06f0 : 0x30) + symbol
}

function paper(random: () => number): string {
  const light = () => Math.round(165 + random() * 85)
  const [a, b] = [light(), light()]
  const waves = Array.from({ length: Math.floor(random() * 9) }, () => {
    const y = random() * FIELD.height
    return `<path d="M0 ${y} q 100 ${random() * 40 - 20} 200 0 t 200 0" fill="none" stroke="#557"
      stroke-opacity="${random() * 0.35}" stroke-width="${1 + random() * 2}"/>`
  })
  return `<defs><linearGradient id="p" x1="0" y1="0" x2="1" y2="${random()}">
    <stop offset="0" stop-color="rgb(${a},${a},${a})"/><stop offset="1" stop-color="rgb(${b},${b},${b})"/>
    </linearGradient></defs><rect width="100%" height="100%" fill="url(#p)"/>${waves.join('')}`
}

/** From afar, out of focus, in the dark, and saved small. */
async function photographed(svg: string, random: () => number): Promise<Grey> {
  const factor = 0.32 + random() * 0.68
  const width = Math.round(FIELD.width * factor)
  const contrast = 0.35 + random() * 0.65
  let image = sharp(Buffer.from(svg))
    .greyscale()
    .resize(width)
    .linear(contrast, random() * 60)
  if (random() < 0.7) image = image.blur(0.3 + random() * 1.9 * factor)
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const noise = random() < 0.6 ? random() * 14 : 0
  const noisy = Buffer.from(data.map((value) => clamped(value + normal(random) * noise)))
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const saved = await sharp(noisy, { raw })
    .jpeg({ quality: Math.round(40 + random() * 55) })
    .toBuffer()
  const back = await sharp(saved)
    .greyscale()
    .resize(FIELD.width, FIELD.height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
  return { data: new Uint8Array(back), ...FIELD }
}

const clamped = (value: number) => Math.max(0, Math.min(255, Math.round(value)))
