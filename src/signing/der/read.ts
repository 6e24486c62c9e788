import { Malformed } from './malformed.ts'
import { TAG } from './tags.ts'

/** One element: views into the bytes that were read, no copies. */
export interface Element {
  readonly tag: number
  readonly content: Buffer
  /** Identifier, length and contents. */
  readonly bytes: Buffer
}

/** Reads siblings one after the other; every refusal is `Malformed`. */
export interface Cursor {
  /** The next element, which must have this identifier when one is given. */
  next(tag?: number): Element
  /** The next element if it has this identifier. */
  optional(tag: number): Element | undefined
  isDone(): boolean
  /** Nothing may follow. */
  end(): void
}

/** No structure that is read as a list holds more; revocation lists are gone through one by one. */
const MOST_CHILDREN = 10_000

/** The element at `offset`: DER only, so definite and shortest lengths and low tag numbers. */
function elementAt(bytes: Buffer, offset: number): Element {
  const tag = bytes[offset]
  const first = bytes[offset + 1]
  if (tag === undefined || first === undefined) throw new Malformed('DER: cut off')
  if ((tag & 0x1f) === 0x1f) throw new Malformed('DER: high tag number')
  const { length, start } = lengthAt(bytes, offset + 1, first)
  const end = start + length
  if (end > bytes.length) throw new Malformed('DER: longer than its surroundings')
  return { tag, content: bytes.subarray(start, end), bytes: bytes.subarray(offset, end) }
}

function lengthAt(bytes: Buffer, at: number, first: number) {
  if (first < 0x80) return { length: first, start: at + 1 }
  const count = first & 0x7f
  if (count === 0) throw new Malformed('DER: indefinite length')
  if (count > 4 || at + count >= bytes.length) throw new Malformed('DER: length out of bounds')
  const length = bytes.readUIntBE(at + 1, count)
  const shortest = length < 0x80 ? 0 : Math.ceil((32 - Math.clz32(length)) / 8)
  if (count !== shortest) throw new Malformed('DER: length is not the shortest')
  return { length, start: at + 1 + count }
}

export function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

export function cursor(bytes: Uint8Array): Cursor {
  const buffer = view(bytes)
  let offset = 0
  const next = (tag?: number) => {
    if (offset >= buffer.length) throw new Malformed('DER: something is missing')
    const element = elementAt(buffer, offset)
    if (tag !== undefined && element.tag !== tag) {
      throw new Malformed(`DER: identifier ${element.tag} instead of ${tag}`)
    }
    offset += element.bytes.length
    return element
  }
  return {
    next,
    optional: (tag) => (buffer[offset] === tag ? next(tag) : undefined),
    isDone: () => offset >= buffer.length,
    end() {
      if (offset < buffer.length) throw new Malformed('DER: something follows')
    },
  }
}

/** The one element that these bytes are: nothing follows it. */
export function only(bytes: Uint8Array, tag?: number): Element {
  const reader = cursor(bytes)
  const element = reader.next(tag)
  reader.end()
  return element
}

/** What is inside the element. */
export const inside = (element: Element): Cursor => cursor(element.content)

export function childrenOf(element: Element, tag?: number): readonly Element[] {
  const reader = inside(element)
  const children: Element[] = []
  while (!reader.isDone()) {
    if (children.length === MOST_CHILDREN) throw new Malformed('DER: too many elements')
    children.push(reader.next(tag))
  }
  return children
}

/** Inside of [n] EXPLICIT there is exactly one element. */
export const unwrapped = (element: Element, tag?: number): Element => only(element.content, tag)

/** The same contents as the universal type that [n] IMPLICIT stood for. */
export function as(element: Element, tag: number): Element {
  const bytes = Buffer.from(element.bytes)
  bytes[0] = tag
  return { tag, content: element.content, bytes }
}

/** Dotted form. */
export function oidOf({ tag, content }: Element): string {
  if (tag !== TAG.oid || content.length === 0 || content.length > 64) {
    throw new Malformed('DER: not an object identifier')
  }
  const arcs: bigint[] = []
  let arc = 0n
  let isFirst = true
  for (const octet of content) {
    if (isFirst && octet === 0x80) throw new Malformed('DER: arc is not the shortest')
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    isFirst = (octet & 0x80) === 0
    if (isFirst) {
      arcs.push(arc)
      arc = 0n
    }
  }
  if (!isFirst) throw new Malformed('DER: arc is cut off')
  const [head = 0n, ...rest] = arcs
  const top = head < 80n ? head / 40n : 2n
  return [top, head - top * 40n, ...rest].join('.')
}

/** Contents of an INTEGER (or ENUMERATED), checked to be the shortest. */
export function integerOctets({ content }: Element): Buffer {
  const [first, second] = content
  if (first === undefined) throw new Malformed('DER: empty number')
  const isPadded =
    second !== undefined &&
    ((first === 0 && (second & 0x80) === 0) || (first === 0xff && (second & 0x80) !== 0))
  if (isPadded) throw new Malformed('DER: number is not the shortest')
  return content
}

/** A number that is not negative and not above 2^31. */
export function smallInteger(element: Element): number {
  const octets = integerOctets(element)
  if (octets.length > 4 || (octets[0] ?? 0) & 0x80) throw new Malformed('DER: number out of bounds')
  return octets.readUIntBE(0, octets.length)
}

export function booleanOf({ tag, content }: Element): boolean {
  const [value] = content
  if (tag !== TAG.boolean || content.length !== 1 || (value !== 0 && value !== 0xff)) {
    throw new Malformed('DER: not a boolean')
  }
  return value === 0xff
}

/** A BIT STRING of whole octets. */
export function bitOctets({ tag, content }: Element): Buffer {
  if (tag !== TAG.bitString || content[0] !== 0) throw new Malformed('DER: not whole octets')
  return content.subarray(1)
}

/** Is named bit `bit` set? */
export function bitsOf({ content }: Element): (bit: number) => boolean {
  if (content.length === 0 || (content[0] ?? 8) > 7) throw new Malformed('DER: not a bit string')
  return (bit) => ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/

/** Milliseconds since the epoch, of UTCTime or GeneralizedTime. Fractions are kept: time stamps have them
 *  (RFC 3161 section 2.4.2). */
export function timeOf({ tag, content }: Element): number {
  const text = content.toString('latin1')
  const parts = (tag === TAG.utcTime ? UTC : tag === TAG.generalizedTime ? GENERALIZED : /$^/).exec(
    text,
  )
  if (parts === null) throw new Malformed('DER: not a time')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map(Number)
  const full = tag === TAG.utcTime ? year + (year < 50 ? 2000 : 1900) : year
  const ms = Math.floor(Number(`0.${parts[7] ?? '0'}`) * 1000)
  const when = Date.UTC(full, month - 1, day, hour, minute, second) + ms
  const back = new Date(when)
  const isReal = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24
  if (!Number.isFinite(when) || !isReal || minute > 59 || second > 60) {
    throw new Malformed('DER: no such time')
  }
  return when
}
