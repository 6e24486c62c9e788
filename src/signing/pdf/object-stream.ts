import { cursorOver, digits } from './cursor.ts'
import type { Resolve } from './filters.ts'
import { LIMITS } from './limits.ts'
import { parseValue } from './parse.ts'
import { refuse } from './refused.ts'
import { integerOf, type PdfDict, type PdfValue } from './values.ts'

export interface StreamedObject {
  readonly number: number
  value(): PdfValue
}

/** The objects in an object stream (ISO 32000-1 section 7.5.7), each parsed when it is asked for. */
export function parseObjectStream(
  dict: PdfDict,
  data: Buffer,
  resolve: Resolve,
): readonly StreamedObject[] {
  const count = integerOf(resolve(dict.entries.get('N'))) ?? -1
  const first = integerOf(resolve(dict.entries.get('First'))) ?? -1
  if (count < 0 || count > LIMITS.values || first < 0 || first > data.length)
    return refuse('damaged', 'object stream')
  const head = cursorOver(data.subarray(0, first))
  const objects: StreamedObject[] = []
  for (let at = 0; at < count; at++) {
    const number = digits(head)
    const offset = digits(head)
    if (number === undefined || offset === undefined) return refuse('damaged', 'object stream')
    objects.push({ number, value: once(() => valueAt(data, first + offset)) })
  }
  return objects
}

function once(read: () => PdfValue): () => PdfValue {
  let known: PdfValue | undefined
  return () => (known ??= read())
}

function valueAt(data: Buffer, offset: number): PdfValue {
  const cursor = cursorOver(data)
  cursor.at = offset
  return parseValue(cursor)
}
