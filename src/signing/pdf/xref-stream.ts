import type { ParsedObject } from './parse.ts'
import { refuse } from './refused.ts'
import { integerOf, is, nameOf, type PdfDict, type PdfStream } from './values.ts'
import {
  enter,
  takeRoom,
  type EntryBudget,
  type XrefEntry,
  type XrefSection,
} from './xref-entries.ts'

export function isXrefStream(object: ParsedObject | undefined): object is ParsedObject & {
  readonly value: PdfStream
} {
  return is(object?.value, 'stream') && nameOf(object.value.dict.entries.get('Type')) === 'XRef'
}

/** A cross-reference stream (ISO 32000-1 section 7.5.8). `data`: decoded. */
export function parseXrefStream(
  object: ParsedObject & { readonly value: PdfStream },
  data: Buffer,
  budget: EntryBudget,
): XrefSection {
  const { dict } = object.value
  const widths = widthsOf(dict)
  const entries = new Map<number, XrefEntry>()
  let isAmbiguous = false
  let at = 0
  for (const [first, count] of subsections(dict)) {
    const there = Math.min(count, Math.floor((data.length - at) / widths.total))
    takeRoom(budget, first, there)
    for (let index = 0; index < there; index++, at += widths.total) {
      if (!enter(entries, first + index, entryAt(data, at, widths))) isAmbiguous = true
    }
  }
  return {
    offset: object.start,
    kind: 'stream',
    entries,
    trailer: dict,
    end: object.end,
    number: object.number,
    isAmbiguous,
  }
}

interface Widths {
  readonly type: number
  readonly second: number
  readonly third: number
  readonly total: number
}

function widthsOf(dict: PdfDict): Widths {
  const given = dict.entries.get('W')
  const [type, second, third] = is(given, 'array') ? given.items.map(integerOf) : []
  if (type === undefined || second === undefined || third === undefined)
    return refuse('damaged', 'cross-reference stream widths')
  const isFine = [type, second, third].every((width) => width >= 0 && width <= 8)
  if (!isFine || second === 0) return refuse('damaged', 'cross-reference stream widths')
  return { type, second, third, total: type + second + third }
}

function subsections(dict: PdfDict): readonly (readonly [number, number])[] {
  const given = dict.entries.get('Index')
  const size = integerOf(dict.entries.get('Size')) ?? 0
  const numbers = is(given, 'array') ? given.items.map(integerOf) : [0, size]
  const pairs: [number, number][] = []
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    const [first, count] = [numbers[at] ?? -1, numbers[at + 1] ?? -1]
    if (first < 0 || count < 0) refuse('damaged', 'cross-reference stream index')
    pairs.push([first, count])
  }
  return pairs
}

function entryAt(data: Buffer, at: number, widths: Widths): XrefEntry {
  const type = widths.type === 0 ? 1 : field(data, at, widths.type)
  const second = field(data, at + widths.type, widths.second)
  const third = field(data, at + widths.type + widths.second, widths.third)
  if (type === 0) return { kind: 'free', generation: third }
  if (type === 1)
    return second === 0
      ? { kind: 'free', generation: third }
      : { kind: 'file', offset: second, generation: third }
  // Other types are for the future, and mean null (ISO 32000-2 section 7.5.8.3): no older entry counts.
  return type === 2
    ? { kind: 'compressed', stream: second, index: third }
    : { kind: 'free', generation: third }
}

function field(data: Buffer, at: number, width: number): number {
  let value = 0
  for (let index = 0; index < width; index++) value = value * 256 + (data[at + index] ?? 0)
  return value
}
