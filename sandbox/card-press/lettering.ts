import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'

const require = createRequire(import.meta.url)

/** Text becomes outlines here, so that a card looks the same on a machine without any font. */
export type Lettering = (text: string, place: Place) => string

export interface Place {
  readonly x: number
  /** The base line. */
  readonly y: number
  /** Pixels to the em. */
  readonly size: number
  readonly ink: string
  readonly align?: 'left' | 'right' | 'middle'
}

/** A font file: TrueType, OpenType, WOFF or WOFF2. */
export function openFont(file: string): Font {
  const font = create(readFileSync(file))
  if (!('layout' in font)) throw new Error(`${file} holds several fonts: name one of them`)
  return font
}

export function vazirmatn(weight: 'Regular' | 'Bold' | 'Medium'): Font {
  return openFont(require.resolve(`vazirmatn/fonts/ttf/Vazirmatn-${weight}.ttf`))
}

/** Numbers run from left to right in every script. */
const directionOf = (text: string) => (/^[\d\u06f0-\u06f9/]+$/.test(text) ? 'ltr' : undefined)

const SHARE = { left: 0, middle: 0.5, right: 1 } as const

/** One run of one direction: a name, or a number. */
export function lettering(font: Font): Lettering {
  return (text, { x, y, size, ink, align = 'right' }) => {
    const { glyphs, positions } = font.layout(
      text,
      undefined,
      undefined,
      undefined,
      directionOf(text),
    )
    const scale = size / font.unitsPerEm
    const width = positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0) * scale
    let pen = x - width * SHARE[align]
    const paths = glyphs.map((glyph, at) => {
      const { xOffset = 0, yOffset = 0, xAdvance = 0 } = positions[at] ?? {}
      const path = glyph.path
        .scale(scale, -scale)
        .translate(pen + xOffset * scale, y - yOffset * scale)
      pen += xAdvance * scale
      return path.toSVG()
    })
    return `<path fill="${ink}" d="${paths.join('')}"/>`
  }
}
