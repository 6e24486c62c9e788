import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { create, type Font } from 'fontkit'
import * as harfbuzz from 'harfbuzzjs'

/** One glyph of a shaped run, from left to right. Lengths in font units. */
export interface ShapedGlyph {
  /** In the whole font. */
  readonly id: number
  /** The characters that it stands for; none when another glyph of its cluster has them. */
  readonly text: string
  readonly advance: number
  readonly dx: number
  readonly dy: number
}

interface Loaded {
  readonly shaper: harfbuzz.Font
  readonly buffer: harfbuzz.Buffer
  readonly font: Font
}

let loaded: Loaded | undefined

/** Vazirmatn (SIL Open Font License 1.1): Persian and Latin. Read once. */
function load(): Loaded {
  if (loaded) return loaded
  const home = dirname(createRequire(import.meta.url).resolve('vazirmatn/package.json'))
  const bytes = readFileSync(join(home, 'fonts', 'ttf', 'Vazirmatn-Regular.ttf'))
  const copy = new Uint8Array(bytes).buffer
  const shaper = new harfbuzz.Font(new harfbuzz.Face(new harfbuzz.Blob(copy)))
  const font = create(bytes)
  if ('fonts' in font) throw new TypeError('Vazirmatn is one font.')
  loaded = { shaper, buffer: new harfbuzz.Buffer(), font }
  return loaded
}

/** Shapes a run of one direction. Characters that the font does not have are shown as `?`: PDF/A forbids the
 *  sign for a missing glyph. */
export function shape(given: string, isRightToLeft: boolean): readonly ShapedGlyph[] {
  const { shaper, buffer } = load()
  const text = drawable(given)
  buffer.reset()
  buffer.setClusterLevel(harfbuzz.ClusterLevel.MONOTONE_CHARACTERS)
  buffer.addText(text)
  buffer.setDirection(isRightToLeft ? harfbuzz.Direction.RTL : harfbuzz.Direction.LTR)
  buffer.setScript(/\p{Script=Arabic}/u.test(text) ? 'Arab' : 'Latn')
  buffer.setLanguage('fa')
  harfbuzz.shape(shaper, buffer, singleLetters(text))
  const positions = buffer.getGlyphPositions()
  const infos = buffer.getGlyphInfos()
  const texts = clusterTexts(
    text,
    infos.map(({ cluster }) => cluster),
  )
  const glyphs = infos.map(({ codepoint }, at) => ({
    id: codepoint,
    text: texts[at] ?? '',
    advance: positions[at]?.xAdvance ?? 0,
    dx: positions[at]?.xOffset ?? 0,
    dy: positions[at]?.yOffset ?? 0,
  }))
  return isRightToLeft ? glyphs.flatMap(oneCharacterEach) : glyphs
}

/** Readers disagree about the order of several characters that one glyph of a right-to-left run stands for (لا):
 *  some turn them round, some do not. So all but the first get a glyph of their own, blank and without width, on
 *  the side on which they are read later. */
function oneCharacterEach(glyph: ShapedGlyph): readonly ShapedGlyph[] {
  const [first = '', ...rest] = Array.from(glyph.text)
  const id = load().font.glyphForCodePoint(ZERO_WIDTH_NON_JOINER).id
  const blank = (text: string) => ({ id, text, advance: 0, dx: 0, dy: 0 })
  return [...rest.reverse().map(blank), { ...glyph, text: first }]
}

const ZERO_WIDTH_NON_JOINER = 0x200c

/** The one glyph for الله would stand for two equal letters in one place, and readers drop the second: that word
 *  is written letter by letter. */
function singleLetters(text: string): harfbuzz.Feature[] {
  return Array.from(
    text.matchAll(/لله/g),
    ({ index }) => new harfbuzz.Feature('liga', 0, Math.max(0, index - 1), index + 3),
  )
}

function drawable(text: string): string {
  const { font } = load()
  return Array.from(text.normalize('NFC'), (one) => {
    const isInvisible = /\p{Cf}/u.test(one)
    return isInvisible || font.hasGlyphForCodePoint(one.codePointAt(0) ?? 0) ? one : '?'
  }).join('')
}

/** A cluster's characters go to its first glyph. `clusters`: offsets in the text, by glyph. */
function clusterTexts(text: string, clusters: readonly number[]): readonly string[] {
  const starts = [...new Set(clusters)].sort((a, b) => a - b)
  const endOf = (start: number) => starts[starts.indexOf(start) + 1] ?? text.length
  const given = new Set<number>()
  return clusters.map((start) => {
    if (given.has(start)) return ''
    given.add(start)
    return text.slice(start, endOf(start))
  })
}

export interface FontMetrics {
  readonly unitsPerEm: number
  readonly ascent: number
  readonly descent: number
  readonly capHeight: number
  readonly box: readonly [number, number, number, number]
}

export function metrics(): FontMetrics {
  const { font } = load()
  const { minX, minY, maxX, maxY } = font.bbox
  return {
    unitsPerEm: font.unitsPerEm,
    ascent: font.ascent,
    descent: font.descent,
    capHeight: font.capHeight,
    box: [minX, minY, maxX, maxY],
  }
}

/** The width that the font itself gives the glyph, without kerning. */
export function naturalAdvance(id: number): number {
  return load().font.getGlyph(id).advanceWidth
}

export interface SubsetFont {
  /** TrueType. Glyph n + 1 is the n-th of those that were asked for. */
  readonly bytes: Buffer
  /** Six letters that tell subsets apart (ISO 32000-1 section 9.6.4). */
  readonly tag: string
}

export function subset(ids: readonly number[]): SubsetFont {
  const { font } = load()
  const made = font.createSubset()
  for (const id of ids) made.includeGlyph(font.getGlyph(id))
  const bytes = Buffer.from(made.encode())
  const letters = createHash('sha256').update(bytes).digest().subarray(0, 6)
  return {
    bytes,
    tag: Array.from(letters, (byte) => String.fromCharCode(65 + (byte % 26))).join(''),
  }
}
