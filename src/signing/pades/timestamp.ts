import type { OpenIncrement, TimestampWish } from '../../ports/pdf-writer.ts'
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts'
import { emptyAppearance } from '../appearance/appearance.ts'
import { readPdf } from '../pdf/file.ts'
import { startIncrement } from '../pdf/increment.ts'
import { dict, name } from '../pdf/values.ts'
import { grown, type GrowingPdf } from './appended.ts'
import { chooseField, placeSignature } from './field.ts'
import { closed, openIncrement, roomIn } from './hole.ts'
import { checkSignaturesAllow } from './permissions.ts'
import type { WritingPorts } from './prepare.ts'
import { seeded, seedFrom } from './seeded.ts'

/** Room for a token with the authority's path in it. */
const TOKEN_BYTES = 8 * 1024
const NOTHING = { width: 0, height: 0, rotation: 0 }

export interface StampedPdf {
  readonly pdf: GrowingPdf
  /** DER. */
  readonly token: Uint8Array
  /** /Contents with its zeros. */
  readonly contents: Uint8Array
}

/** A time stamp over the whole document (ETSI EN 319 142-1 section 5.4.3). A token that does not fit is asked
 *  for once more, with more room. Throws `PdfRefused`, `UpstreamUnavailable`. */
export async function addDocumentTimestamp(
  ports: WritingPorts & { readonly timestamps: TimestampAuthority },
  before: GrowingPdf,
  contentsBytes: number = TOKEN_BYTES,
): Promise<StampedPdf> {
  const open = await ports.writer.timestamp(before, { seed: seedFrom(ports.random), contentsBytes })
  const token = await ports.timestamps.stamp(open.digest)
  const room = roomIn(open.hole)
  if (token.length > room && contentsBytes === TOKEN_BYTES)
    return addDocumentTimestamp(ports, before, token.length + 1024)
  return { pdf: grown(before, closed(open, token)), token, contents: padded(token, room) }
}

export async function writeTimestamp(
  before: GrowingPdf,
  { seed, contentsBytes }: TimestampWish,
): Promise<OpenIncrement> {
  const file = readPdf(before.whole)
  const chosen = chooseField(file, {}, 'Timestamp')
  checkSignaturesAllow(file.view, chosen.name)
  const increment = startIncrement(file, seeded(seed))
  const stamp = increment.allocate()
  const appearance = emptyAppearance(increment, NOTHING)
  placeSignature(file, increment, chosen, stamp, { appearance, box: [0, 0, 0, 0] })
  const words = dict({
    Type: name('DocTimeStamp'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.RFC3161'),
  })
  increment.addSignature(stamp, words, contentsBytes)
  return openIncrement(before, increment.build())
}

export function padded(der: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(der)
  return bytes
}
