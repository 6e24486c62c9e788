import type { CardProblem } from '../../src/ports/card-reader.ts'
import { quantile, type Grey } from './grey.ts'
import { CARD, LAYOUT, MARGINS, PAPER, type Box } from './layout.ts'
import { cropped, greyOf, scaledBox, type Pixels } from './pixels.ts'

/** Cards are judged at this width, so that the limits mean the same for every photograph. */
export const JUDGED_WIDTH = 506
const SCALE = JUDGED_WIDTH / CARD.width

/** Set on photographs of sample cards; scripts/card-digits/README.md has the figures. */
const LIMITS = {
  /** Median luma of the paper, 0 to 255. */
  darkest: 62,
  /** Share of a field that the sensor could not hold. */
  glare: { portrait: 0.1, number: 0.03, expiry: 0.03 },
  sharpness: { number: 0.12, portrait: 0.012 },
  /** Share of skin where there should be paper. */
  covered: 0.06,
  /** Standard deviation of the portrait's luma, the paper's being 1: below, the place is empty, or faded. */
  empty: 0.055,
  faint: 0.09,
} as const

export interface Measures {
  readonly paper: number
  /** 1 is what is just allowed. */
  readonly glare: number
  readonly numberSharpness: number
  readonly portraitSharpness: number
  readonly covered: number
  readonly portraitContrast: number
}

/** Of an upright card, `JUDGED_WIDTH` wide. */
export function measuresOf(card: Pixels): Measures {
  const field = (box: Box) => cropped(card, scaledBox(box, SCALE))
  const papers = PAPER.map(field)
  const paper = paperOf(papers)
  const noise = Math.min(...papers.map((one) => bendsOf(greyOf(one))))
  const [portrait, number] = [field(LAYOUT.portrait), field(LAYOUT.number)]
  const fields = { portrait, number, expiry: field(LAYOUT.expiry) }
  const glares = (Object.keys(fields) as (keyof typeof fields)[]).map(
    (name) => saturated(fields[name], paper.luma) / LIMITS.glare[name],
  )
  const skins = [...MARGINS.map(field), number, fields.expiry].map((one) => skinShare(one, paper))
  return {
    paper: paper.luma,
    glare: Math.max(...glares),
    numberSharpness: sharpness(greyOf(number), noise),
    portraitSharpness: sharpness(greyOf(portrait), noise),
    covered: Math.max(...skins),
    portraitContrast: Math.sqrt(varianceOf(greyOf(portrait).data)) / paper.luma,
  }
}

const CHECKS: readonly (readonly [CardProblem, (seen: Measures) => boolean])[] = [
  ['too_dark', ({ paper }) => paper < LIMITS.darkest],
  ['glare', ({ glare }) => glare > 1],
  ['covered', ({ covered }) => covered > LIMITS.covered],
  ['blurred', ({ numberSharpness }) => numberSharpness < LIMITS.sharpness.number],
  ['portrait_missing', ({ portraitContrast }) => portraitContrast < LIMITS.empty],
  [
    'portrait_poor',
    ({ portraitContrast, portraitSharpness }) =>
      portraitContrast < LIMITS.faint || portraitSharpness < LIMITS.sharpness.portrait,
  ],
]

/** The first thing to change, in the order in which it helps to say it. */
export function problemOf(seen: Measures): CardProblem | undefined {
  return CHECKS.find(([, isBad]) => isBad(seen))?.[0]
}

interface Paper {
  readonly luma: number
  /** Red and blue over green. */
  readonly red: number
  readonly blue: number
}

function paperOf(fields: readonly Pixels[]): Paper {
  const channel = (c: number) =>
    quantile(
      fields.flatMap(({ data }) => Array.from(data).filter((_, at) => at % 3 === c)),
      0.5,
    )
  const [red, green, blue] = [channel(0), Math.max(1, channel(1)), channel(2)]
  return { luma: 0.299 * red + 0.587 * green + 0.114 * blue, red: red / green, blue: blue / green }
}

/** White beyond the paper's white: a lamp that mirrors itself. */
function saturated({ data }: Pixels, paper: number): number {
  const limit = Math.max(250, Math.min(254, paper + 8))
  let hits = 0
  for (let at = 0; at < data.length; at += 3) {
    if (Math.min(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) >= limit) hits++
  }
  return (3 * hits) / data.length
}

/** Redder and less blue than the paper in the same light, and not ink. */
function skinShare({ data }: Pixels, paper: Paper): number {
  let hits = 0
  for (let at = 0; at < data.length; at += 3) {
    const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]]
    const isInk = 0.299 * r + 0.587 * g + 0.114 * b < 0.35 * paper.luma
    if (!isInk && r / g > 1.14 * paper.red && b / g < 0.94 * paper.blue) hits++
  }
  return (3 * hits) / data.length
}

/** Variance of the Laplacian (Pech-Pacheco et al., 2000) without the sensor's noise, over the contrast, so that
 *  light does not matter. */
function sharpness(field: Grey, noise: number): number {
  return Math.max(0, bendsOf(field) - noise) / Math.max(60, varianceOf(field.data))
}

function bendsOf({ data, width, height }: Grey): number {
  const bends: number[] = []
  const at = (x: number, y: number) => data[y * width + x] ?? 0
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      bends.push(at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y))
    }
  }
  return varianceOf(bends)
}

function varianceOf(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0]
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0
    ;[sum, squares] = [sum + value, squares + value * value]
  }
  return squares / values.length - (sum / values.length) ** 2
}
