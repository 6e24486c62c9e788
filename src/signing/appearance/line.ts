import bidiFactory, { type Bidi } from 'bidi-js'
import { shape, type ShapedGlyph } from './font.ts'

// The package's types are those of its ES module, and Node loads the other one.
const bidi = (bidiFactory as unknown as () => Bidi)()

/** A line as it is drawn: glyphs from left to right. */
export interface ShapedLine {
  readonly glyphs: readonly ShapedGlyph[]
  /** Font units. */
  readonly width: number
}

interface Run {
  readonly text: string
  readonly level: number
}

const LONGEST = 200

/** Orders a line by the Unicode bidirectional algorithm and shapes each of its runs. */
export function shapeLine(given: string, direction: 'rtl' | 'ltr'): ShapedLine {
  const text = given
    .slice(0, LONGEST)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  const { levels } = bidi.getEmbeddingLevels(text, direction)
  const glyphs = visual(runsOf(text, levels)).flatMap(({ text: run, level }) =>
    shape(run, level % 2 === 1),
  )
  return { glyphs, width: glyphs.reduce((sum, { advance }) => sum + advance, 0) }
}

function runsOf(text: string, levels: Uint8Array): readonly Run[] {
  const runs: { text: string; level: number }[] = []
  for (let at = 0; at < text.length; at++) {
    const level = levels[at] ?? 0
    const last = runs.at(-1)
    if (last?.level === level) last.text += text[at] ?? ''
    else runs.push({ text: text[at] ?? '', level })
  }
  return runs
}

/** Rule L2: from the highest level down, every sequence of runs at that level or above is turned round. */
function visual(runs: readonly Run[]): readonly Run[] {
  const ordered = [...runs]
  const highest = Math.max(0, ...runs.map(({ level }) => level))
  for (let level = highest; level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start
      while ((ordered[end]?.level ?? -1) >= level) end++
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse())
      start = Math.max(start, end)
    }
  }
  return ordered
}
