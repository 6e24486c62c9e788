import sharp from 'sharp'
import type { Font } from 'fontkit'
import { CARD, COLUMNS, INKS, LABELS, PLACES, ROWS, type RowName } from './design.ts'
import { lettering, vazirmatn, type Lettering } from './lettering.ts'

export interface CardData {
  /** 10 digits, Latin. */
  readonly nationalId: string
  readonly givenName: string
  readonly familyName: string
  readonly fatherName: string
  /** Solar Hijri, `1370/01/01`. */
  readonly birthDate: string
  /** Solar Hijri, `1412/01/01`. */
  readonly expiresAt: string
  /** JPEG, PNG or WebP. Absent: the place stays empty. */
  readonly portrait?: Uint8Array
  /** Prints the mark SPECIMEN. Default true; tests leave it out. */
  readonly specimen?: boolean
  readonly digits?: 'persian' | 'latin'
  /** For the digits of numbers and dates alone. */
  readonly digitFont?: Font
  readonly format?: 'jpeg' | 'png'
}

/** The front of a specimen card: 1012 × 638 pixels. It imitates no security feature. */
export async function printCard(data: CardData): Promise<Uint8Array> {
  const [left, top] = PLACES.portrait
  const portrait = data.portrait ? [{ input: await cropped(data.portrait), left, top }] : []
  const layers = [...portrait, { input: Buffer.from(printed(data)), left: 0, top: 0 }]
  const sheet = sharp(Buffer.from(background())).composite(layers).flatten({ background: '#fff' })
  return data.format === 'png' ? sheet.png().toBuffer() : sheet.jpeg({ quality: 95 }).toBuffer()
}

async function cropped(portrait: Uint8Array): Promise<Buffer> {
  const [left, top, right, bottom] = PLACES.portrait
  return (
    sharp(portrait)
      .autoOrient()
      .resize(right - left, bottom - top, { fit: 'cover', position: 'attention' })
      .modulate({ saturation: 0.75 })
      // Nothing printed is whiter than the paper.
      .linear(0.84, 16)
      .png()
      .toBuffer()
  )
}

function background(): string {
  return svg(`<defs>
    <linearGradient id="paper" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#e3eef0"/><stop offset=".5" stop-color="#f1efe2"/>
      <stop offset="1" stop-color="#dcebdd"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#paper)"/>${waves()}`)
}

/** Fine lines, as on printed documents. */
function waves(): string {
  const lines = Array.from({ length: 27 }, (_, at) => {
    const y = 10 + at * 24
    return `<path d="M0 ${y} q 126 ${-30 + (at % 5) * 12} 253 0 t 253 0 t 253 0 t 253 0"/>`
  })
  return `<g fill="none" stroke="#7fa8a4" stroke-opacity=".28" stroke-width="1.6">${lines.join('')}</g>`
}

let letters: Record<'regular' | 'bold', Font> | undefined

function fonts() {
  letters ??= { regular: vazirmatn('Regular'), bold: vazirmatn('Bold') }
  return letters
}

function printed(data: CardData): string {
  const { regular, bold } = fonts()
  const write = lettering(regular)
  const strong = lettering(bold)
  const figures = lettering(data.digitFont ?? bold)
  const rows = (Object.keys(ROWS) as RowName[]).map((row) =>
    rowOf(row, data, { write, strong, figures }),
  )
  const mark = data.specimen === false ? '' : specimenMark(strong)
  return svg(`${heading(strong, write)}${rows.join('')}${hologram()}${mark}${frame()}`)
}

interface Pens {
  readonly write: Lettering
  readonly strong: Lettering
  readonly figures: Lettering
}

const FIGURES: readonly RowName[] = ['nationalId', 'birthDate', 'expiresAt']

function rowOf(row: RowName, data: CardData, { write, strong, figures }: Pens): string {
  const y = ROWS[row]
  const label = write(LABELS[row], { x: COLUMNS.labels, y, size: 30, ink: INKS.label })
  const at = { x: COLUMNS.values, y, ink: INKS.text }
  if (!FIGURES.includes(row)) return label + strong(data[row], { ...at, size: 40 })
  const text = data.digits === 'latin' ? data[row] : persian(data[row])
  return label + figures(text, { ...at, size: row === 'nationalId' ? 50 : 42 })
}

function heading(strong: Lettering, write: Lettering): string {
  return (
    strong('کارت نمونهٔ پنجره', { x: COLUMNS.labels, y: 72, size: 44, ink: '#0b5c4d' }) +
    write('برای آزمایش، نه برای شناسایی', { x: COLUMNS.labels, y: 112, size: 24, ink: INKS.label })
  )
}

function specimenMark(strong: Lettering): string {
  const [left, top, right, bottom] = PLACES.mark
  const middle = (left + right) / 2
  const faint = strong('SPECIMEN', { x: 0, y: 0, size: 150, ink: INKS.mark, align: 'middle' })
  return (
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="12"
      fill="none" stroke="${INKS.mark}" stroke-width="5"/>` +
    strong('SPECIMEN', { x: middle - 55, y: 90, size: 50, ink: INKS.mark, align: 'middle' }) +
    strong('نمونه', { x: right - 22, y: 90, size: 44, ink: INKS.mark }) +
    `<g transform="translate(560 420) rotate(-24)" opacity=".07">${faint}</g>`
  )
}

function hologram(): string {
  const [left, top, right, bottom] = PLACES.hologram
  return `<defs><radialGradient id="shine"><stop offset="0" stop-color="#fff"/>
    <stop offset=".35" stop-color="#9ad4e8"/><stop offset=".6" stop-color="#d7b3ea"/>
    <stop offset=".85" stop-color="#b9e6bd"/><stop offset="1" stop-color="#8fb8c9"/></radialGradient></defs>
    <ellipse cx="${(left + right) / 2}" cy="${(top + bottom) / 2}" rx="${(right - left) / 2}"
      ry="${(bottom - top) / 2}" fill="url(#shine)" opacity=".8"/>`
}

function frame(): string {
  const [left, top, right, bottom] = PLACES.portrait
  return `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"
    fill="none" stroke="#8aa4a8" stroke-width="2"/>`
}

function svg(content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}">${content}</svg>`
}

function persian(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)))
}
