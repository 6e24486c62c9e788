/** DER (X.690) as far as this authority needs it: what it writes, and what it reads of requests. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(length)), ...contents])
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  if (length < 0x10000) return [0x82, length >> 8, length & 255]
  return [0x83, length >> 16, (length >> 8) & 255, length & 255]
}

export const sequence = (...items: readonly Uint8Array[]) => tlv(0x30, ...items)
export const setOf = (...items: readonly Uint8Array[]) =>
  tlv(0x31, ...items.toSorted(Buffer.compare))
export const explicit = (n: number, ...contents: readonly Uint8Array[]) =>
  tlv(0xa0 | n, ...contents)
export const octetString = (bytes: Uint8Array) => tlv(0x04, bytes)
export const bitString = (bytes: Uint8Array, unused = 0) => tlv(0x03, Uint8Array.of(unused), bytes)
export const boolean = (value: boolean) => tlv(0x01, Uint8Array.of(value ? 255 : 0))
export const nil = () => tlv(0x05)
export const enumerated = (value: number) => tlv(0x0a, Uint8Array.of(value))
export const utf8 = (text: string) => tlv(0x0c, Buffer.from(text))
export const printable = (text: string) => tlv(0x13, Buffer.from(text))
export const ia5 = (tag: number, text: string) => tlv(tag, Buffer.from(text))

/** Big-endian octets of a number that is not negative. */
export function integer(value: number | Uint8Array): Buffer {
  const octets = typeof value === 'number' ? numberOctets(value) : Buffer.from(value)
  const start = octets.findIndex((octet) => octet !== 0)
  const shortest = start < 0 ? Buffer.of(0) : octets.subarray(start)
  return (shortest[0] ?? 0) > 127 ? tlv(0x02, Uint8Array.of(0), shortest) : tlv(0x02, shortest)
}

function numberOctets(value: number): Buffer {
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(value, 0, 6)
  return octets
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(arc: number): readonly number[] {
  const octets = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift((rest % 128) | 128)
  }
  return octets
}

/** Whole seconds: RFC 5280 and RFC 6960 have no fractions. */
const compact = (ms: number) => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')
export const generalizedTime = (ms: number) => tlv(0x18, Buffer.from(`${compact(ms)}Z`))
/** UTCTime until 2049 (RFC 5280 section 4.1.2.5). */
export const time = (ms: number) =>
  new Date(ms).getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(`${compact(ms).slice(2)}Z`))
    : generalizedTime(ms)

export interface Node {
  readonly tag: number
  readonly content: Buffer
  readonly bytes: Buffer
}

/** The elements that stand side by side in these bytes. Throws for what is cut off. */
export function nodes(bytes: Uint8Array): readonly Node[] {
  const buffer = Buffer.from(bytes)
  const found: Node[] = []
  for (let at = 0; at < buffer.length;) {
    const first = buffer.readUInt8(at + 1)
    const count = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + count
    const length = count === 0 ? first : buffer.readUIntBE(at + 2, count)
    if (start + length > buffer.length) throw new RangeError('cut off')
    found.push({
      tag: buffer.readUInt8(at),
      content: buffer.subarray(start, start + length),
      bytes: buffer.subarray(at, start + length),
    })
    at = start + length
  }
  return found
}

/** The node at the end of this way of positions. Throws when there is none. */
export function at(bytes: Uint8Array, ...way: readonly number[]): Node {
  let inside: Uint8Array = bytes
  let node: Node | undefined
  for (const index of way) {
    node = nodes(inside)[index]
    if (node === undefined) throw new RangeError('missing')
    inside = node.content
  }
  if (node === undefined) throw new RangeError('missing')
  return node
}

export function dotted(content: Uint8Array): string {
  const arcs: number[] = []
  let arc = 0
  for (const octet of content) {
    arc = arc * 128 + (octet & 127)
    if (octet < 128) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [head = 0, ...rest] = arcs
  const top = Math.min(2, Math.floor(head / 40))
  return [top, head - top * 40, ...rest].join('.')
}
