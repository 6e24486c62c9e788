import type { OpenIncrement, SignatureHole } from '../../ports/pdf-writer.ts'
import type { BuiltIncrement } from '../pdf/increment.ts'
import { refuse } from '../pdf/refused.ts'
import type { GrowingPdf } from './appended.ts'
import { hashOf } from './hashing.ts'

/** Writes the /ByteRange and hashes what it covers. */
export async function openIncrement(
  before: GrowingPdf,
  { bytes, hole }: BuiltIncrement,
): Promise<OpenIncrement> {
  if (hole === undefined) throw new TypeError('The increment has no signature in it.')
  const size = before.whole.size
  const [start, end] = [size + hole.contentsStart, size + hole.contentsEnd]
  const byteRange = [0, start, end, size + bytes.length - end] as const
  const text = `[${byteRange.join(' ')}]`.padEnd(hole.byteRangeLength)
  if (text.length > hole.byteRangeLength) refuse('too_large')
  bytes.write(text, hole.byteRangeAt, 'latin1')
  const hash = await hashOf(before)
  const value = hash
    .update(bytes.subarray(0, hole.contentsStart))
    .update(bytes.subarray(hole.contentsEnd))
    .digest()
  return { bytes, hole, byteRange, digest: { algorithm: 'SHA-256', value } }
}

/** Bytes of DER that fit in. */
export function roomIn({ contentsStart, contentsEnd }: SignatureHole): number {
  return (contentsEnd - contentsStart - 2) / 2
}

/** Puts the DER signature or token into its place; zeros follow it. A copy: the open increment can be closed
 *  again, with a longer token. Throws `PdfRefused` (`signature_too_large`) when it does not fit. */
export function closed(open: OpenIncrement, der: Uint8Array): Buffer {
  if (der.length > roomIn(open.hole)) refuse('signature_too_large', `${der.length} bytes`)
  const bytes = Buffer.from(open.bytes)
  bytes.write(Buffer.from(der).toString('hex').toUpperCase(), open.hole.contentsStart + 1, 'latin1')
  return bytes
}
