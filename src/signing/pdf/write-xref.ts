import type { Random } from '../../ports/random.ts'
import type { PdfFile } from './file.ts'
import { serialise } from './serialise.ts'
import {
  array,
  hexString,
  is,
  name,
  withEntries,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from './values.ts'
import type { XrefEntry } from './xref-entries.ts'

export interface WrittenObject {
  readonly ref: PdfRef
  /** In the whole file. */
  readonly offset: number
}

export interface XrefInput {
  readonly written: readonly WrittenObject[]
  /** Offset in the whole file at which the table will stand. */
  readonly at: number
  /** The next free object number. */
  readonly next: number
  readonly random: Pick<Random, 'bytes'>
}

type Row = readonly [number, XrefEntry]

/** Table, trailer and `startxref`, of the kind that the file's last section has: readers must not meet a table
 *  behind a stream (ISO 32000-1 section 7.5.8.4). After damage it is complete and stands for itself. */
export function writeXref(file: PdfFile, input: XrefInput): string | Buffer {
  const rows = rowsOf(file, input)
  const isStream = file.isRebuilt
    ? rows.some(([, entry]) => entry.kind === 'compressed')
    : file.revisions.at(-1)?.kind === 'stream'
  return isStream ? stream(file, input, rows) : table(file, input, rows)
}

/** Sorted by number. */
function rowsOf(file: PdfFile, { written }: XrefInput): readonly Row[] {
  const rows = new Map<number, XrefEntry>()
  if (file.isRebuilt) {
    rows.set(0, { kind: 'free', generation: 65_535 })
    for (const number of file.view.numbers()) {
      const entry = file.view.entry(number)
      if (entry && number > 0) rows.set(number, entry)
    }
  }
  for (const { ref, offset } of written)
    rows.set(ref.number, { kind: 'file', offset, generation: ref.generation })
  return [...rows].sort(([a], [b]) => a - b)
}

/** Runs of numbers without a gap. */
function subsections(rows: readonly Row[]): readonly (readonly Row[])[] {
  const runs: Row[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    if (run && run.at(-1)?.[0] === row[0] - 1) run.push(row)
    else runs.push([row])
  }
  return runs
}

function table(file: PdfFile, input: XrefInput, rows: readonly Row[]): string {
  const body = subsections(rows).map(
    (run) => `${run[0]?.[0] ?? 0} ${run.length}\n${run.map(([, entry]) => line(entry)).join('')}`,
  )
  const trailer = serialise(trailerOf(file, input, input.next))
  return `xref\n${body.join('')}trailer\n${trailer}\n${ending(input.at)}`
}

/** Twenty bytes (ISO 32000-1 section 7.5.4). */
function line(entry: XrefEntry): string {
  const offset = entry.kind === 'file' ? entry.offset : 0
  const generation = entry.kind === 'compressed' ? 0 : entry.generation
  const state = entry.kind === 'free' ? 'f' : 'n'
  return `${pad(offset, 10)} ${pad(generation, 5)} ${state} \n`
}

const pad = (value: number, length: number) => String(value).padStart(length, '0')

const ending = (at: number) => `startxref\n${at}\n%%EOF\n`

function stream(file: PdfFile, input: XrefInput, rows: readonly Row[]): Buffer {
  const number = input.next
  const own: Row = [number, { kind: 'file', offset: input.at, generation: 0 }]
  const all = [...rows, own]
  const data = Buffer.concat(all.map(([, entry]) => packed(entry)))
  const index = subsections(all).flatMap((run) => [run[0]?.[0] ?? 0, run.length])
  const dict = withEntries(trailerOf(file, input, number + 1), {
    Type: name('XRef'),
    W: array(1, 5, 2),
    Index: array(...index),
    Length: data.length,
  })
  const head = `${number} 0 obj\n${serialise(dict)}\nstream\n`
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    data,
    Buffer.from(`\nendstream\nendobj\n${ending(input.at)}`),
  ])
}

const TYPES = { free: 0, file: 1, compressed: 2 } as const

function packed(entry: XrefEntry): Buffer {
  const bytes = Buffer.alloc(8)
  bytes[0] = TYPES[entry.kind]
  if (entry.kind === 'file') bytes.writeUIntBE(entry.offset, 1, 5)
  if (entry.kind === 'compressed') bytes.writeUIntBE(entry.stream, 1, 5)
  bytes.writeUInt16BE(entry.kind === 'compressed' ? entry.index : entry.generation & 0xffff, 6)
  return bytes
}

/** What an old trailer says about its own table. */
const OF_THE_TABLE = ['XRefStm', 'Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms', 'DL', 'F']

function trailerOf(file: PdfFile, { random }: XrefInput, size: number): PdfDict {
  const { view, isRebuilt, revisions } = file
  const gone = Object.fromEntries(OF_THE_TABLE.map((key) => [key, undefined]))
  const previous = isRebuilt ? undefined : revisions.at(-1)?.startxref
  return withEntries(view.trailer, {
    ...gone,
    Size: size,
    Prev: previous,
    ID: idOf(view.getArray(view.trailer, 'ID')?.items[0], random),
  })
}

/** The first part stays for the document's life, the second one is of this save (ISO 32000-1 section 14.4). */
function idOf(first: PdfValue | undefined, random: Pick<Random, 'bytes'>): PdfValue {
  const fresh = hexString(random.bytes(16))
  return array(is(first, 'string') ? hexString(first.bytes) : fresh, fresh)
}
