import { Malformed } from '../der/malformed.ts'
import { inside, integerOctets, only } from '../der/read.ts'
import { TAG } from '../der/tags.ts'
import { integer, sequence } from '../der/write.ts'

const HALF = 32

/** From ECDSA-Sig-Value (RFC 3279 section 2.2.3) to r and s side by side (RFC 7518 section 3.4), of P-256. Throws
 *  `Malformed`. */
export function rawSignature(der: Uint8Array): Buffer {
  const reader = inside(only(der, TAG.sequence))
  const halves = [reader.next(TAG.integer), reader.next(TAG.integer)].map((one) => {
    const octets = integerOctets(one)
    const bare = octets[0] === 0 ? octets.subarray(1) : octets
    if (bare.length > HALF) throw new Malformed('ECDSA: a number is too long for P-256')
    return Buffer.concat([Buffer.alloc(HALF - bare.length), bare])
  })
  reader.end()
  return Buffer.concat(halves)
}

/** The way back. Throws `Malformed`. */
export function derSignature(raw: Uint8Array): Buffer {
  if (raw.length !== 2 * HALF) throw new Malformed('ECDSA: not a signature of P-256')
  return sequence(integer(raw.subarray(0, HALF)), integer(raw.subarray(HALF)))
}
