import { deflateSync } from 'node:zlib'
import type { Increment } from '../pdf/increment.ts'
import { array, dict, name, textString, type PdfRef } from '../pdf/values.ts'
import { metrics, naturalAdvance, subset, type ShapedGlyph } from './font.ts'

/** Collects what is drawn, and embeds just that much of the font. One glyph may stand for different characters
 *  in different places: each pair has a code of its own, so that the text can be copied and searched. */
export interface FontCollector {
  /** The two-byte code of a glyph, as hexadecimal digits. */
  codeOf(glyph: ShapedGlyph): string
  embed(increment: Increment): PdfRef
}

interface Used {
  readonly glyph: number
  readonly text: string
}

export function fontCollector(): FontCollector {
  const used: Used[] = []
  const codes = new Map<string, number>()
  return {
    codeOf({ id, text }) {
      const key = `${id} ${text}`
      const code = codes.get(key) ?? used.push({ glyph: id, text })
      codes.set(key, code)
      return code.toString(16).padStart(4, '0')
    },
    embed: (increment) => embedded(increment, used),
  }
}

/** A composite font of TrueType outlines (ISO 32000-1 section 9.7). Code n is `used[n - 1]`; code 0 is not
 *  used. */
function embedded(increment: Increment, used: readonly Used[]): PdfRef {
  const glyphs = [...new Set(used.map(({ glyph }) => glyph))]
  const { bytes, tag } = subset(glyphs)
  const base = name(`${tag}+Vazirmatn-Regular`)
  const scale = 1000 / metrics().unitsPerEm
  const widths = used.map(({ glyph }) => Math.round(naturalAdvance(glyph) * scale))
  const map = Buffer.concat(
    [0, ...used.map(({ glyph }) => glyphs.indexOf(glyph) + 1)].map((id) =>
      Buffer.of(id >> 8, id & 0xff),
    ),
  )
  const descendant = increment.add(
    dict({
      Type: name('Font'),
      Subtype: name('CIDFontType2'),
      BaseFont: base,
      CIDSystemInfo: dict({
        Registry: textString('Adobe'),
        Ordering: textString('Identity'),
        Supplement: 0,
      }),
      FontDescriptor: descriptor(increment, base, bytes, used.length),
      DW: 0,
      W: array(1, array(...widths)),
      CIDToGIDMap: packed(increment, map),
    }),
  )
  return increment.add(
    dict({
      Type: name('Font'),
      Subtype: name('Type0'),
      BaseFont: base,
      Encoding: name('Identity-H'),
      DescendantFonts: array(descendant),
      ToUnicode: packed(increment, Buffer.from(toUnicode(used))),
    }),
  )
}

const SYMBOLIC = 4

function descriptor(
  increment: Increment,
  base: ReturnType<typeof name>,
  bytes: Buffer,
  count: number,
): PdfRef {
  const { unitsPerEm, ascent, descent, capHeight, box } = metrics()
  const scaled = (length: number) => Math.round((length * 1000) / unitsPerEm)
  return increment.add(
    dict({
      Type: name('FontDescriptor'),
      FontName: base,
      Flags: SYMBOLIC,
      FontBBox: array(...box.map(scaled)),
      ItalicAngle: 0,
      Ascent: scaled(ascent),
      Descent: scaled(descent),
      CapHeight: scaled(capHeight),
      StemV: 80,
      FontFile2: packed(increment, bytes, { Length1: bytes.length }),
      CIDSet: packed(increment, firstBits(count + 1)),
    }),
  )
}

/** A bit for each code that there is (ISO 32000-1 table 124): what PDF/A-1 asks for. */
function firstBits(count: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(count / 8))
  for (let at = 0; at < count; at++) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7))
  return bytes
}

export function packed(
  increment: Increment,
  data: Uint8Array,
  entries: Parameters<typeof dict>[0] = {},
): PdfRef {
  return increment.addStream(dict({ Filter: name('FlateDecode'), ...entries }), deflateSync(data))
}

const MOST_IN_BLOCK = 100

/** ISO 32000-1 section 9.10.3. Glyphs that only complete others have no text of their own. */
function toUnicode(used: readonly Used[]): string {
  const lines = used.flatMap(({ text }, at) =>
    text === '' ? [] : [`<${(at + 1).toString(16).padStart(4, '0')}> <${utf16(text)}>`],
  )
  const blocks: string[] = []
  for (let at = 0; at < lines.length; at += MOST_IN_BLOCK) {
    const block = lines.slice(at, at + MOST_IN_BLOCK)
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`)
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`
}

const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex')
