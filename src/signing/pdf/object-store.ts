import { decryptedValue } from './decrypt-value.ts'
import type { Encryption } from './encryption.ts'
import { decoded } from './filters.ts'
import { LIMITS } from './limits.ts'
import { parseObject } from './parse.ts'
import { parseObjectStream, type StreamedObject } from './object-stream.ts'
import { refuse } from './refused.ts'
import type { PdfSource } from './source.ts'
import {
  integerOf,
  is,
  type PdfObject,
  type PdfRef,
  type PdfStream,
  type PdfValue,
} from './values.ts'
import { inWindow, workFor, type Work } from './window.ts'
import type { XrefEntry } from './xref-entries.ts'

/** How one view of the file finds objects: revisions share what was parsed, but not the way to it. */
export interface Lookup {
  entry(number: number): XrefEntry | undefined
  resolve(value: PdfValue | undefined): PdfValue
}

export interface ObjectStore {
  object(number: number, lookup: Lookup): PdfObject | undefined
  /** A stream's data as it stands in the file, without its encryption. */
  rawData(stream: PdfStream, lookup: Lookup): Buffer
  /** ... and without its filters. */
  data(stream: PdfStream, lookup: Lookup): Buffer
  /** Offset after a stream's data. */
  dataEnd(stream: PdfStream, lookup: Lookup): number
  useEncryption(encryption: Encryption, dictNumber: number | undefined): void
}

/** So many parsed objects are remembered; then all are forgotten. */
const REMEMBERED = 50_000

export function objectStore(source: PdfSource): ObjectStore {
  const parsed = new Map<number, PdfObject>()
  const streams = objectStreams()
  const work = workFor(source)
  let encryption: Encryption | undefined
  let encryptionNumber: number | undefined
  let budget: number = LIMITS.decodedBytes

  function object(number: number, lookup: Lookup): PdfObject | undefined {
    const entry = lookup.entry(number)
    if (entry === undefined || entry.kind === 'free') return undefined
    return entry.kind === 'file'
      ? inFile({ type: 'ref', number, generation: entry.generation }, entry.offset)
      : inStream(number, entry, lookup)
  }

  function inFile(ref: PdfRef, offset: number): PdfObject {
    const known = parsed.get(offset)
    if (known?.ref.number === ref.number && known.ref.generation === ref.generation) return known
    const found = inWindow(source, offset, parseObject, work)
    if (found?.number !== ref.number || found.generation !== ref.generation)
      return refuse('damaged', `object ${ref.number} is not at ${offset}`)
    const { start, end } = found
    const cipher = cipherOf(ref)
    const value = cipher ? decryptedValue(found.value, ref, cipher) : found.value
    return remember(offset, { ref, value, place: { kind: 'file', start, end } })
  }

  /** The dictionary of the encryption is itself not encrypted. */
  function cipherOf({ number }: PdfRef): Encryption | undefined {
    return number === encryptionNumber ? undefined : encryption
  }

  function remember(offset: number, object: PdfObject): PdfObject {
    if (parsed.size >= REMEMBERED) parsed.clear()
    parsed.set(offset, object)
    return object
  }

  function inStream(
    number: number,
    entry: Extract<XrefEntry, { kind: 'compressed' }>,
    lookup: Lookup,
  ): PdfObject | undefined {
    const objects = streamObjects(entry.stream, lookup)
    const here = objects[entry.index]
    const found = here?.number === number ? here : objects.find((one) => one.number === number)
    if (found === undefined) return refuse('damaged', `object ${number} is not in its stream`)
    return {
      ref: { type: 'ref', number, generation: 0 },
      value: found.value(),
      place: { kind: 'compressed', stream: entry.stream, index: entry.index },
    }
  }

  function streamObjects(number: number, lookup: Lookup): readonly StreamedObject[] {
    const entry = lookup.entry(number)
    if (entry?.kind !== 'file') return refuse('damaged', `object stream ${number}`)
    const known = streams.get(entry.offset)
    if (known) return known
    const container = object(number, lookup)?.value
    if (!is(container, 'stream')) return refuse('damaged', `object stream ${number}`)
    const bytes = data(container, lookup)
    const objects = parseObjectStream(container.dict, bytes, lookup.resolve)
    streams.add(entry.offset, { objects, size: bytes.length })
    return objects
  }

  function endOf(stream: PdfStream, lookup: Lookup): number {
    const length = integerOf(lookup.resolve(stream.dict.entries.get('Length')))
    return dataEnd(source, stream, length, work)
  }

  function rawData(stream: PdfStream, lookup: Lookup): Buffer {
    const end = endOf(stream, lookup)
    if (end - stream.dataStart > LIMITS.streamBytes) refuse('too_large', 'stream')
    const raw = source.read(stream.dataStart, end)
    return cipherOf(stream.of)?.decryptStream(stream.of, raw, stream.dict) ?? raw
  }

  function data(stream: PdfStream, lookup: Lookup): Buffer {
    const raw = rawData(stream, lookup)
    // What fails may have taken as long as the largest that succeeds.
    let used: number = LIMITS.streamBytes
    if (budget < 0) refuse('too_large', 'streams')
    try {
      const bytes = decoded(raw, stream.dict, lookup.resolve)
      used = bytes.length
      return bytes
    } finally {
      budget -= used
    }
  }

  return {
    object,
    rawData,
    data,
    dataEnd: endOf,
    useEncryption(used, dictNumber) {
      encryption = used
      encryptionNumber = dictNumber
      parsed.clear()
    },
  }
}

interface Unpacked {
  readonly objects: readonly StreamedObject[]
  readonly size: number
}

/** The object streams that were asked for last, by their offset. */
function objectStreams() {
  const known = new Map<number, Unpacked>()
  let size = 0
  return {
    get(offset: number): readonly StreamedObject[] | undefined {
      const found = known.get(offset)
      if (found === undefined) return undefined
      known.delete(offset)
      known.set(offset, found)
      return found.objects
    },
    add(offset: number, unpacked: Unpacked): void {
      known.set(offset, unpacked)
      size += unpacked.size
      for (const [old, { size: freed }] of known) {
        if (size <= LIMITS.rememberedBytes || old === offset) break
        known.delete(old)
        size -= freed
      }
    },
  }
}

/** After /Length bytes `endstream` must follow; where it does not, it is looked for. */
function dataEnd(
  source: PdfSource,
  { dataStart }: PdfStream,
  length: number | undefined,
  work: Work,
): number {
  if (length !== undefined && length >= 0 && dataStart + length <= source.size) {
    const end = dataStart + length
    if (/^\s*endstream/.test(source.read(end, end + 32).toString('latin1'))) return end
  }
  const found = searched(source, dataStart, 'endstream', work)
  return found - endOfLine(source.read(Math.max(dataStart, found - 2), found))
}

const PIECE = 64 * 1024

function searched(source: PdfSource, from: number, word: string, work: Work): number {
  const last = Math.min(source.size, from + LIMITS.streamBytes)
  for (let at = from; at < last; at += PIECE) {
    work.left -= PIECE
    if (work.left < 0) refuse('too_complex', 'streams without an end')
    const found = source.read(at, at + PIECE + word.length).indexOf(word)
    if (found !== -1) return at + found
  }
  return refuse('damaged', `stream at ${from}`)
}

function endOfLine(data: Buffer): number {
  return /\r?\n?$/.exec(data.toString('latin1'))?.[0].length ?? 0
}
