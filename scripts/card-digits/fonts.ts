import { existsSync, globSync } from 'node:fs'
import type { Font } from 'fontkit'
import { openFont } from '../../sandbox/card-press/lettering.ts'

/** Where fonts are looked for: packages of this checkout and, when installed, of Debian. */
export const PLACES = ['node_modules', '/usr/share/fonts'] as const

/** Families that the network learns from. */
const LEARNT = [
  'vazirmatn/fonts/ttf/Vazirmatn-{Light,Regular,Medium,SemiBold,Bold,Black}.ttf',
  'vazirmatn/Round-Dots/fonts/ttf/Vazirmatn-RD-{Regular,Bold}.ttf',
  'truetype/dejavu/DejaVuSans{,-Bold,Mono,Mono-Bold,Condensed,Condensed-Bold}.ttf',
  'truetype/dejavu/DejaVuSerif{,-Bold}.ttf',
  'pdfjs-dist/standard_fonts/LiberationSans-{Regular,Bold}.ttf',
  'opentype/fonts-hosny-amiri/Amiri-{Regular,Bold}.ttf',
  'opentype/fonts-hosny-thabit/Thabit{,-Bold}.ttf',
  'truetype/farsiweb/{homa,nazli,nazlib}.ttf',
  'truetype/freefarsi/FreeFarsi{,-Bold,-Mono}.ttf',
  'truetype/noto/Noto{Naskh,Sans}Arabic-{Regular,Bold}.ttf',
  'truetype/noto/Noto{Sans,Serif}-{Regular,Bold}.ttf',
] as const

/** Families that it has never seen: for measuring alone. */
const UNSEEN = [
  'truetype/farsiweb/titr.ttf',
  'truetype/noto/NotoKufiArabic-{Regular,Bold}.ttf',
  'opentype/lemonada/Lemonada-{Regular,Bold}.otf',
  'truetype/fonts-nafees/NafeesWeb.ttf',
  '@fontsource/{lalezar,lateef}/files/*-arabic-400-normal.woff2',
] as const

export interface Face {
  readonly name: string
  readonly font: Font
  readonly hasPersian: boolean
  readonly hasLatin: boolean
}

export function learntFaces(more: readonly string[] = []): readonly Face[] {
  return facesOf(LEARNT, more)
}

export function unseenFaces(more: readonly string[] = []): readonly Face[] {
  return facesOf(UNSEEN, more)
}

function facesOf(patterns: readonly string[], more: readonly string[]): readonly Face[] {
  const places = [...PLACES, ...more].filter((place) => existsSync(place))
  const files = places.flatMap((place) =>
    patterns.flatMap((pattern) => [
      ...globSync(`${place}/${pattern}`),
      ...globSync(`${place}/usr/share/fonts/${pattern}`),
    ]),
  )
  const named = new Map(files.map((file) => [file.split('/').at(-1) ?? file, file]))
  return [...named]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, file]) => faceOf(name, file))
}

/** Digits without an outline would teach that nothing is a digit (design notes: 66 % instead of 99 %). */
function faceOf(name: string, file: string): readonly Face[] {
  const font = openFont(file)
  const has = (zero: number) =>
    Array.from({ length: 10 }, (_, digit) => zero + digit).every(
      (code) =>
        font.hasGlyphForCodePoint(code) && font.glyphForCodePoint(code).path.commands.length > 0,
    )
  const face = { name, font, hasPersian: has(0x06f0), hasLatin: has(0x30) }
  return face.hasPersian || face.hasLatin ? [face] : []
}
