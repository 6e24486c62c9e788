import { deflateSync } from 'node:zlib'

export type XrefKind = 'table' | 'stream' | 'hybrid'

export interface MinimalPdf {
  readonly kind?: XrefKind
  readonly pages?: number
  /** Entries of the catalog, the first page, as they stand in a file. */
  readonly catalog?: string
  readonly page?: string
  /** Further objects, from number 20 on. */
  readonly objects?: readonly string[]
  /** The last object number that is spared, as for a large document. */
  readonly padding?: number
}

/** Objects by number. */
type Objects = ReadonlyMap<number, string>

const CATALOG = 1
const PAGES = 2
const FIRST_PAGE = 3
export const FIRST_FREE = 20

/** A document of our own with one line of text on each page, with a table, a cross-reference stream (and
 *  objects in an object stream), or both. */
export function minimalPdf(wanted: MinimalPdf = {}): Buffer {
  const objects = objectsOf(wanted)
  const { kind = 'table' } = wanted
  if (kind === 'table') return withTable(objects)
  return kind === 'stream' ? withStream(objects) : withBoth(objects)
}

function objectsOf({
  pages = 1,
  catalog = '',
  page = '',
  objects = [],
  padding = 0,
}: MinimalPdf): Objects {
  const numbers = Array.from({ length: pages }, (_, at) => FIRST_PAGE + at * 2)
  const kids = numbers.map((number) => `${number} 0 R`).join(' ')
  const text = (number: number) => `BT /F 18 Tf 72 700 Td (Page ${(number - 1) / 2}) Tj ET`
  return new Map([
    [CATALOG, `<< /Type /Catalog /Pages ${PAGES} 0 R ${catalog} >>`],
    [PAGES, `<< /Type /Pages /Count ${pages} /Kids [${kids}] /MediaBox [0 0 595 842] >>`],
    ...numbers.flatMap((number, at) => [
      [
        number,
        `<< /Type /Page /Parent ${PAGES} 0 R /Contents ${number + 1} 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ${at === 0 ? page : ''} >>`,
      ] as const,
      [number + 1, streamOf('', text(number))] as const,
    ]),
    ...objects.map((body, at) => [FIRST_FREE + at, body] as const),
    ...(padding > 0 ? [[FIRST_FREE + objects.length, streamOf('', noise(padding))] as const] : []),
  ])
}

/** Bytes that do not repeat. */
function noise(length: number): string {
  let state = 1
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    bytes[at] = 33 + (state % 90)
  }
  return bytes.toString('latin1')
}

export const streamOf = (entries: string, data: string): string =>
  `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`

interface Body {
  readonly text: string
  readonly offsets: ReadonlyMap<number, number>
}

const HEADER = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'

function bodyOf(objects: Objects): Body {
  const offsets = new Map<number, number>()
  let text = HEADER
  for (const [number, body] of objects) {
    offsets.set(number, text.length)
    text += `${number} 0 obj\n${body}\nendobj\n`
  }
  return { text, offsets }
}

const ID = '/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]'

function tableOf(offsets: ReadonlyMap<number, number>, free: readonly number[] = []): string {
  const size = Math.max(...offsets.keys(), ...free, 0) + 1
  const rows = Array.from({ length: size }, (_, number) => {
    const offset = offsets.get(number)
    const isFree = offset === undefined
    return `${String(offset ?? 0).padStart(10, '0')} ${isFree ? '65535 f' : '00000 n'} \n`
  })
  return `xref\n0 ${size}\n${rows.join('')}`
}

function withTable(objects: Objects): Buffer {
  const { text, offsets } = bodyOf(objects)
  const size = Math.max(...offsets.keys()) + 1
  const trailer = `trailer\n<< /Size ${size} /Root ${CATALOG} 0 R ${ID} >>\n`
  return latin1(`${text}${tableOf(offsets)}${trailer}startxref\n${text.length}\n%%EOF\n`)
}

/** All that is no stream goes into an object stream. */
function split(objects: Objects): {
  plain: Objects
  packed: readonly (readonly [number, string])[]
} {
  const packed = [...objects].filter(([, body]) => !body.includes('endstream'))
  const plain = new Map([...objects].filter(([, body]) => body.includes('endstream')))
  return { plain, packed }
}

function objectStream(packed: readonly (readonly [number, string])[]): string {
  let offset = 0
  const pairs = packed.map(([number, body]) => {
    const pair = `${number} ${offset}`
    offset += body.length + 1
    return pair
  })
  const head = `${pairs.join(' ')} `
  const data = deflateSync(Buffer.from(head + packed.map(([, body]) => body).join(' '), 'latin1'))
  return streamOf(
    `/Type /ObjStm /N ${packed.length} /First ${head.length} /Filter /FlateDecode`,
    data.toString('latin1'),
  )
}

function rowsOf(
  body: Body,
  packed: readonly (readonly [number, string])[],
  container: number,
  own: readonly [number, number],
): { size: number; data: Buffer } {
  const rows = new Map<number, readonly [number, number, number]>()
  for (const [number, offset] of body.offsets) rows.set(number, [1, offset, 0])
  packed.forEach(([number], index) => rows.set(number, [2, container, index]))
  rows.set(own[0], [1, own[1], 0])
  const size = Math.max(...rows.keys()) + 1
  const data = Buffer.alloc(size * 7)
  for (let number = 0; number < size; number++) {
    const [type, second, third] = rows.get(number) ?? [0, 0, 65_535]
    data[number * 7] = type
    data.writeUInt32BE(second, number * 7 + 1)
    data.writeUInt16BE(third, number * 7 + 5)
  }
  return { size, data }
}

function withStream(objects: Objects): Buffer {
  const { plain, packed } = split(objects)
  const container = Math.max(...objects.keys()) + 1
  const body = bodyOf(new Map([...plain, [container, objectStream(packed)]]))
  const at = body.text.length
  const { size, data } = rowsOf(body, packed, container, [container + 1, at])
  const entries = `/Type /XRef /Size ${size} /W [1 4 2] /Root ${CATALOG} 0 R ${ID} /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 7 >>`
  const stream = streamOf(entries, deflateSync(predicted(data, 7)).toString('latin1'))
  return latin1(`${body.text}${container + 1} 0 obj\n${stream}\nendobj\nstartxref\n${at}\n%%EOF\n`)
}

/** PNG "Up" rows, as most writers make them. */
function predicted(data: Buffer, columns: number): Buffer {
  const rows: Buffer[] = []
  for (let at = 0; at < data.length; at += columns) {
    const row = Buffer.alloc(columns + 1)
    row[0] = 2
    for (let column = 0; column < columns; column++)
      row[column + 1] = data[at + column]! - (data[at + column - columns] ?? 0)
    rows.push(row)
  }
  return Buffer.concat(rows)
}

/** The table hides the objects of the stream: it calls them free (ISO 32000-1 section 7.5.8.4). */
function withBoth(objects: Objects): Buffer {
  const roots = [CATALOG, PAGES]
  const hidden = [...objects].filter(
    ([number, body]) => !roots.includes(number) && !body.includes('endstream'),
  )
  const plain = new Map([...objects].filter(([number]) => !hidden.some(([one]) => one === number)))
  const container = Math.max(...objects.keys()) + 1
  const body = bodyOf(new Map([...plain, [container, objectStream(hidden)]]))
  const streamAt = body.text.length
  const { size, data } = rowsOf(
    { ...body, offsets: new Map([[container, body.offsets.get(container)!]]) },
    hidden,
    container,
    [container + 1, streamAt],
  )
  const xref = `${container + 1} 0 obj\n${streamOf(`/Type /XRef /Size ${size} /W [1 4 2]`, data.toString('latin1'))}\nendobj\n`
  const text = body.text + xref
  const table = tableOf(body.offsets, [container + 1])
  const trailer = `trailer\n<< /Size ${size} /Root ${CATALOG} 0 R ${ID} /XRefStm ${streamAt} >>\n`
  return latin1(`${text}${table}${trailer}startxref\n${text.length}\n%%EOF\n`)
}

/** An incremental update of a document with a table, by hand: the writer under test is not asked. */
export function updatedPdf(before: Buffer, objects: Objects, trailer = ''): Buffer {
  const text = before.toString('latin1')
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '0'
  let body = ''
  const rows = [...objects].map(([number, value]) => {
    const at = String(before.length + body.length).padStart(10, '0')
    body += `${number} 0 obj\n${value}\nendobj\n`
    return `${number} 1\n${at} 00000 n \n`
  })
  const at = before.length + body.length
  const size = Math.max(FIRST_FREE + 10, ...objects.keys()) + 1
  return latin1(
    `${text}${body}xref\n${rows.join('')}trailer\n<< /Size ${size} /Root ${CATALOG} 0 R /Prev ${previous} ${ID} ${trailer} >>\nstartxref\n${at}\n%%EOF\n`,
  )
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')
