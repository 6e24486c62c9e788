import { Malformed } from '../der/malformed.ts'
import { TAG } from '../der/tags.ts'
import { tlv } from '../der/write.ts'

/** A structure that was written in BER (X.690 section 8), and where it ends. */
export interface Transcoded {
  readonly der: Buffer
  readonly end: number
}

const MOST_DEPTH = 64
const CONSTRUCTED = 0x20
const INDEFINITE = 0x80
const CONSTRUCTED_OCTETS = TAG.octetString | CONSTRUCTED

/** The same structure with definite, shortest lengths and whole octet strings: what was DER stays as it is to the
 *  byte, so that what is signed inside keeps its hash. Older programs wrote signatures so. Throws `Malformed`. */
export function fromBer(bytes: Buffer, offset = 0, depth = 0): Transcoded {
  const tag = bytes[offset]
  if (tag === undefined || (tag & 0x1f) === 0x1f || depth > MOST_DEPTH)
    throw new Malformed('BER: cut off')
  const { start, end } = extent(bytes, offset + 1)
  if ((tag & CONSTRUCTED) === 0) {
    if (end === undefined) throw new Malformed('BER: no end')
    return { der: tlv(tag, bytes.subarray(start, end)), end }
  }
  const parts: Buffer[] = []
  let at = start
  while (end === undefined ? !isEnd(bytes, at) : at < end) {
    const part = fromBer(bytes, at, depth + 1)
    parts.push(part.der)
    at = part.end
  }
  if (end !== undefined && at !== end) throw new Malformed('BER: longer than its surroundings')
  return { der: assembled(tag, parts), end: end ?? at + 2 }
}

/** A definite length's end; undefined of an indefinite one. */
function extent(bytes: Buffer, at: number): { readonly start: number; readonly end?: number } {
  const first = bytes[at]
  if (first === undefined) throw new Malformed('BER: cut off')
  if (first === INDEFINITE) return { start: at + 1 }
  const count = first < INDEFINITE ? 0 : first & 0x7f
  if (count > 4 || at + count >= bytes.length) throw new Malformed('BER: length out of bounds')
  const length = count === 0 ? first : bytes.readUIntBE(at + 1, count)
  const start = at + 1 + count
  if (start + length > bytes.length) throw new Malformed('BER: longer than its surroundings')
  return { start, end: start + length }
}

function isEnd(bytes: Buffer, at: number): boolean {
  if (at + 2 > bytes.length) throw new Malformed('BER: no end')
  return bytes[at] === 0 && bytes[at + 1] === 0
}

/** Octet strings in pieces become whole (DER: X.690 section 10.2). */
function assembled(tag: number, parts: readonly Buffer[]): Buffer {
  if (tag !== CONSTRUCTED_OCTETS) return tlv(tag, ...parts)
  return tlv(TAG.octetString, ...parts.map(contentOf))
}

function contentOf(der: Buffer): Buffer {
  const { start, end } = extent(der, 1)
  return der.subarray(start, end)
}
