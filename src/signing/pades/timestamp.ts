import type { TimestampAuthority } from '../../ports/timestamp-authority.ts'
import { emptyAppearance } from '../appearance/appearance.ts'
import { readPdf } from '../pdf/file.ts'
import { startIncrement } from '../pdf/increment.ts'
import { dict, name } from '../pdf/values.ts'
import { grown, type GrowingPdf } from './appended.ts'
import { chooseField, placeSignature } from './field.ts'
import { closed, openIncrement, roomIn } from './hole.ts'
import { checkSignaturesAllow } from './permissions.ts'
import type { PreparePorts } from './prepare.ts'

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
  ports: PreparePorts & { readonly timestamps: TimestampAuthority },
  before: GrowingPdf,
  bytes: number = TOKEN_BYTES,
): Promise<StampedPdf> {
  const open = openIncrement(before, timestampIncrement(ports, before, bytes))
  const token = await ports.timestamps.stamp(open.digest)
  const room = roomIn(open.hole)
  if (token.length > room && bytes === TOKEN_BYTES)
    return addDocumentTimestamp(ports, before, token.length + 1024)
  return { pdf: grown(before, closed(open, token)), token, contents: padded(token, room) }
}

function timestampIncrement(ports: PreparePorts, before: GrowingPdf, bytes: number) {
  const file = readPdf(before.whole)
  const chosen = chooseField(file, {}, 'Timestamp')
  checkSignaturesAllow(file.view, chosen.name)
  const increment = startIncrement(file, ports.random)
  const stamp = increment.allocate()
  const appearance = emptyAppearance(increment, NOTHING)
  placeSignature(file, increment, chosen, stamp, { appearance, box: [0, 0, 0, 0] })
  const words = dict({
    Type: name('DocTimeStamp'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.RFC3161'),
  })
  increment.addSignature(stamp, words, bytes)
  return increment.build()
}

export function padded(der: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(der)
  return bytes
}
