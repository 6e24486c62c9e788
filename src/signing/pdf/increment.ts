import type { SignatureHole } from '../../ports/pdf-writer.ts'
import type { Random } from '../../ports/random.ts'
import type { PdfFile } from './file.ts'
import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import { serialise, type StringCipher } from './serialise.ts'
import { integerOf, ref, withEntries, type PdfDict, type PdfRef, type PdfValue } from './values.ts'
import { writeXref, type WrittenObject } from './write-xref.ts'

/** Objects that are added to a file, or stand in for older ones of the same number. */
export interface Increment {
  /** A number that no object has. */
  allocate(): PdfRef
  /** Writes an object; the last one of a number counts. Returns its reference. */
  set(ref: PdfRef, value: PdfValue): PdfRef
  add(value: PdfValue): PdfRef
  /** What was set for this number here. */
  valueOf(ref: PdfRef): PdfValue | undefined
  has(ref: PdfRef): boolean
  addStream(dict: PdfDict, data: Uint8Array): PdfRef
  /** A dictionary with a hole for a signature: see `SignatureHole`. */
  addSignature(ref: PdfRef, dict: PdfDict, contentsBytes: number): void
  /** The bytes to append to the file. Once. */
  build(): BuiltIncrement
}

export interface BuiltIncrement {
  readonly bytes: Buffer
  readonly hole?: SignatureHole
}

interface Written {
  readonly ref: PdfRef
  readonly bytes: Buffer
  /** Offsets in `bytes`. */
  readonly hole?: SignatureHole
}

/** Room for `[0 n n n]` with numbers of ten digits. */
const BYTE_RANGE_LENGTH = 40

export function startIncrement(file: PdfFile, random: Pick<Random, 'bytes'>): Increment {
  const { encryption, source } = file
  const objects = new Map<number, Written>()
  const values = new Map<number, PdfValue>()
  let next = file.view.size

  function allocate(): PdfRef {
    if (next > LIMITS.objectNumber) refuse('too_complex', 'object numbers')
    return ref(next++)
  }

  const cipherOf = (of: PdfRef): StringCipher | undefined =>
    encryption && ((bytes) => encryption.encryptString(of, bytes, random.bytes(16)))

  function put(of: PdfRef, ...parts: readonly (string | Uint8Array)[]): PdfRef {
    const head = `${of.number} ${of.generation} obj\n`
    const bytes = joined([head, ...parts, '\nendobj\n'])
    objects.set(of.number, { ref: of, bytes })
    return of
  }

  function set(of: PdfRef, value: PdfValue): PdfRef {
    values.set(of.number, value)
    return put(of, serialise(value, cipherOf(of)))
  }

  function addStream(dict: PdfDict, data: Uint8Array): PdfRef {
    const of = allocate()
    const written = encryption ? encryption.encryptStream(of, data, random.bytes(16)) : data
    const head = serialise(withEntries(dict, { Length: written.length }), cipherOf(of))
    return put(of, head, '\nstream\n', written, '\nendstream')
  }

  function addSignature(of: PdfRef, dict: PdfDict, contentsBytes: number): void {
    const open = `${of.number} ${of.generation} obj\n<</ByteRange `
    const middle = '[0 0 0 0]'.padEnd(BYTE_RANGE_LENGTH) + '/Contents '
    const rest = serialise(dict, cipherOf(of)).slice(2)
    const contents = Buffer.alloc(contentsBytes * 2 + 2, '0')
    contents[0] = 0x3c
    contents[contents.length - 1] = 0x3e
    const contentsStart = open.length + middle.length
    const hole = {
      byteRangeAt: open.length,
      byteRangeLength: BYTE_RANGE_LENGTH,
      contentsStart,
      contentsEnd: contentsStart + contents.length,
    }
    objects.set(of.number, {
      ref: of,
      bytes: joined([open, middle, contents, rest, '\nendobj\n']),
      hole,
    })
  }

  function build(): BuiltIncrement {
    const parts: (string | Uint8Array)[] = [separator(file)]
    const written: WrittenObject[] = []
    let at = (parts[0] ?? '').length
    let hole: SignatureHole | undefined
    for (const object of objects.values()) {
      written.push({ ref: object.ref, offset: source.size + at })
      if (object.hole) hole = shifted(object.hole, at)
      parts.push(object.bytes)
      at += object.bytes.length
    }
    parts.push(writeXref(file, { written, at: source.size + at, next, random }))
    return { bytes: joined(parts), hole }
  }

  const add = (value: PdfValue) => set(allocate(), value)
  const valueOf = ({ number }: PdfRef) => values.get(number)
  const has = ({ number }: PdfRef) => objects.has(number)
  return { allocate, set, add, valueOf, has, addStream, addSignature, build }
}

/** The new part begins on a line of its own. */
function separator({ source }: PdfFile): string {
  const last = source.read(source.size - 1, source.size)[0]
  return last === 10 || last === 13 ? '' : '\n'
}

function shifted(hole: SignatureHole, by: number): SignatureHole {
  return {
    ...hole,
    byteRangeAt: hole.byteRangeAt + by,
    contentsStart: hole.contentsStart + by,
    contentsEnd: hole.contentsEnd + by,
  }
}

function joined(parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  )
}

/** An object of the file with the generation that it has there, for writing it anew. */
export function currentRef(file: PdfFile, { number, generation }: PdfRef): PdfRef {
  const entry = file.view.entry(number)
  return ref(number, entry?.kind === 'file' ? entry.generation : (integerOf(generation) ?? 0))
}
