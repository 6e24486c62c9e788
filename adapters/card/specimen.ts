import { cropped, scaledBox, type Pixels } from './pixels.ts'
import { CARD, LAYOUT } from './layout.ts'

/** National numbers begin with the place of issue, and no place has this one: it is for samples. */
const SAMPLE_SERIES = '999'
/** Share of the mark's place that is magenta. */
const MARKED = 0.06

/** A sample says so, by the printed mark or by its number. This keeps samples out of real use by mistake; who
 *  forges a card leaves out the mark, and takes a real number. */
export function isSpecimen(card: Pixels, nationalId: string): boolean {
  return nationalId.startsWith(SAMPLE_SERIES) || isMarked(card)
}

function isMarked(card: Pixels): boolean {
  const { data } = cropped(card, scaledBox(LAYOUT.mark, card.width / CARD.width))
  let hits = 0
  for (let at = 0; at < data.length; at += 3) {
    const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]]
    if (r > 1.7 * g && b > 1.15 * g) hits++
  }
  return (3 * hits) / data.length >= MARKED
}
