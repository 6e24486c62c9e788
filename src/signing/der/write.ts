import { TAG, constructed } from './tags.ts'

/** One DER element (X.690): identifier, shortest definite length, contents. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  let length = 0
  for (const part of contents) length += part.length
  return Buffer.concat([header(tag, length), ...contents])
}

function header(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length)
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets)
}

export const sequence = (...items: readonly Uint8Array[]) => tlv(TAG.sequence, ...items)

/** SET OF: DER wants the encodings in ascending order (X.690 section 11.6). */
export const setOf = (...items: readonly Uint8Array[]) => tlv(TAG.set, ...sorted(items))

export const sorted = (items: readonly Uint8Array[]): readonly Uint8Array[] =>
  items.toSorted((one, other) => Buffer.compare(one, other))

/** [n] EXPLICIT. */
export const explicit = (n: number, ...contents: readonly Uint8Array[]) =>
  tlv(constructed(n), ...contents)

/** The same contents under another identifier: [n] IMPLICIT. */
export function retagged(tag: number, element: Uint8Array): Buffer {
  const copy = Buffer.from(element)
  copy[0] = tag
  return copy
}

export const octetString = (bytes: Uint8Array) => tlv(TAG.octetString, bytes)

/** Whole octets: no unused bits. */
export const bitString = (bytes: Uint8Array) => tlv(TAG.bitString, Uint8Array.of(0), bytes)

/** Named bits (X.690 section 11.2.2): trailing zeros are cut off. */
export function namedBits(...bits: readonly number[]): Buffer {
  const last = Math.max(-1, ...bits)
  if (last < 0) return tlv(TAG.bitString, Uint8Array.of(0))
  const octets = new Uint8Array(Math.floor(last / 8) + 1)
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  return tlv(TAG.bitString, Uint8Array.of(7 - (last & 7)), octets)
}

/** A number that is not negative, or the big-endian octets of one. */
export function integer(value: number | bigint | Uint8Array, tag: number = TAG.integer): Buffer {
  const octets = value instanceof Uint8Array ? Buffer.from(value) : octetsOf(BigInt(value))
  let start = 0
  while (start < octets.length - 1 && octets[start] === 0) start += 1
  const shortest = octets.subarray(start)
  if (shortest.length === 0) return tlv(tag, Uint8Array.of(0))
  return (shortest[0] ?? 0) & 0x80 ? tlv(tag, Uint8Array.of(0), shortest) : tlv(tag, shortest)
}

function octetsOf(value: bigint): Buffer {
  if (value < 0n) throw new RangeError('only numbers that are not negative are written here')
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

export const enumerated = (value: number) => integer(value, TAG.enumerated)

export const boolean = (value: boolean) => tlv(TAG.boolean, Uint8Array.of(value ? 0xff : 0))

export const nil = () => tlv(TAG.null)

const OIDS = new Map<string, Buffer>()

/** From the dotted form. */
export function oid(dotted: string): Buffer {
  const known = OIDS.get(dotted)
  if (known) return known
  const made = tlv(TAG.oid, Uint8Array.from(oidOctets(dotted)))
  // What is written comes from tables and from the configuration; yet a memory has an end.
  if (OIDS.size < 500) OIDS.set(dotted, made)
  return made
}

function oidOctets(dotted: string): readonly number[] {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  return [first * 40n + second, ...rest].flatMap(base128)
}

function base128(arc: bigint): readonly number[] {
  const octets = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80)
  return octets
}

export const utf8String = (text: string) => tlv(TAG.utf8String, Buffer.from(text, 'utf8'))
export const printableString = (text: string) =>
  tlv(TAG.printableString, Buffer.from(text, 'ascii'))
export const ia5String = (text: string) => tlv(TAG.ia5String, Buffer.from(text, 'ascii'))

/** `ms` since the epoch, cut to whole seconds: RFC 5280 section 4.1.2.5.2 forbids fractions. */
export const generalizedTime = (ms: number) =>
  tlv(TAG.generalizedTime, Buffer.from(`${compact(ms)}Z`, 'ascii'))

/** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
export function time(ms: number): Buffer {
  const year = new Date(ms).getUTCFullYear()
  if (year >= 2050 || year < 1950) return generalizedTime(ms)
  return tlv(TAG.utcTime, Buffer.from(`${compact(ms).slice(2)}Z`, 'ascii'))
}

const compact = (ms: number) => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
