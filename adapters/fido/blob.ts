import { X509Certificate } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'
import { readPayload, type Metadata } from './payload.ts'

/** Does a path lead from a certificate to one of these? DER; `at` in milliseconds since the epoch. */
export type Trusts = (
  anchors: readonly Uint8Array[],
  purpose: 'any',
) => (certificate: Uint8Array, pool: readonly Uint8Array[], at: number) => boolean

export interface Blob {
  /** A compact JWS. */
  readonly text: string
  /** DER. */
  readonly root: Uint8Array
  /** Host that the signer's certificate names: many others have one under the same root. */
  readonly signer: string
  /** Milliseconds since the epoch: when its certificates must be valid. */
  readonly at: number
}

export const MOST_BYTES = 64 * 1024 * 1024

const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256']

const Header = z.object({
  alg: z.enum(ALGORITHMS),
  x5c: z.array(z.base64().max(20_000)).min(1).max(8),
})

/** Reads a metadata BLOB and believes it only when it is signed by whom the root vouches for (FIDO Metadata Service
 *  3.0, section 3.2). Whether that certificate was revoked is not asked: nothing is fetched. Throws `config_invalid`,
 *  which says what to do. */
export async function readBlob(blob: Blob, trusts: Trusts): Promise<Metadata> {
  if (blob.text.length > MOST_BYTES) throw wrong('The BLOB is larger than 64 MB')
  const text = blob.text.trim()
  const [leaf, ...pool] = chainOf(text)
  if (leaf === undefined || !trusts([blob.root], 'any')(leaf.raw, rawOf(pool), blob.at)) {
    throw wrong(
      'The certificate that signs the BLOB does not lead to this root, or is not valid now. Get a new BLOB, and give its publisher’s root by --root',
    )
  }
  if (leaf.checkHost(blob.signer) === undefined) {
    throw wrong(
      `The BLOB is signed by another than ${blob.signer}. Another publisher is named by --signer`,
    )
  }
  return readPayload(await signedPart(text, leaf))
}

const rawOf = (certificates: readonly X509Certificate[]) => certificates.map(({ raw }) => raw)

function chainOf(text: string): readonly X509Certificate[] {
  try {
    const { x5c } = Header.parse(decodeProtectedHeader(text))
    return x5c.map((one) => new X509Certificate(Buffer.from(one, 'base64')))
  } catch (cause) {
    const message =
      'This is no metadata BLOB: a compact JWS with its certificates (x5c). Give the file as it was downloaded'
    throw new PanjerehError('config_invalid', message, { cause })
  }
}

async function signedPart(text: string, { publicKey }: X509Certificate): Promise<Uint8Array> {
  try {
    return (await compactVerify(text, publicKey, { algorithms: ALGORITHMS })).payload
  } catch (cause) {
    const message = 'The signature of the BLOB does not fit: it was changed. Download it again'
    throw new PanjerehError('config_invalid', message, { cause })
  }
}

const wrong = (message: string) => new PanjerehError('config_invalid', message)
