import { metrics } from '../appearance/font.ts'
import { shapeLine, type ShapedLine } from '../appearance/line.ts'

type Direction = 'rtl' | 'ltr'

/** Shaped lines that are no wider than `width` (points) at `size` (points): broken between words, and inside of
 *  words that are wider than a line. */
export function wrapped(
  text: string,
  {
    size,
    width,
    direction,
  }: { readonly size: number; readonly width: number; readonly direction: Direction },
): readonly ShapedLine[] {
  const most = (width / size) * metrics().unitsPerEm
  const isTooWide = (given: string) =>
    given.length > LONGEST || shapeLine(given, direction).width > most
  const lines: string[] = []
  let current = ''
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, isTooWide))) {
    const longer = current === '' ? word : `${current} ${word}`
    if (current !== '' && isTooWide(longer)) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return [...lines, current].map((one) => shapeLine(one, direction))
}

/** What the shaper takes at once. */
const LONGEST = 200
const PIECE = 24

function pieces(word: string, isTooWide: (text: string) => boolean): readonly string[] {
  if (!isTooWide(word)) return [word]
  const letters = Array.from(word)
  const count = Math.ceil(letters.length / PIECE)
  return Array.from({ length: count }, (_, at) =>
    letters.slice(at * PIECE, (at + 1) * PIECE).join(''),
  )
}
