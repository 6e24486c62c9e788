import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { RevocationChecker } from '../../ports/revocation-checker.ts'
import type { Signer } from '../../ports/signer.ts'
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts'
import { signedData } from '../cms/signed-data.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { bufferSource, type PdfSource } from '../pdf/source.ts'
import { grown, growing, isGrowing, type GrowingPdf } from './appended.ts'
import { remember } from './hashing.ts'
import { closed, roomIn } from './hole.ts'
import type { PadesProfile, SignatureOptions } from './options.ts'
import type { PreparedSignature, PreparePorts, SigningKey } from './prepare.ts'
import { addLongTerm } from './long-term.ts'
import { padded } from './timestamp.ts'
import { roomFor } from './room.ts'
import { seedFrom } from './seeded.ts'
import { writerHere } from './writer-here.ts'

/** What the profiles need beyond a key: B-T a time stamp authority, B-LT and B-LTA revocation, too. */
export interface SigningPorts extends PreparePorts {
  readonly timestamps?: TimestampAuthority
  readonly revocation?: RevocationChecker
  /** DER: trust anchors and authorities of the signer and of the time stamp authority. */
  readonly anchors?: readonly Uint8Array[]
}

export interface SignPdfOptions extends SignatureOptions {
  readonly profile: PadesProfile
  /** SHA-256 over the file, unfinished, where it was taken while the file arrived. */
  readonly hash?: Hash
}

/** A signed document: the bytes that were given first, and those that must be appended to them. */
export interface SignedPdf extends GrowingPdf {
  /** Bytes of the whole. */
  readonly size: number
  readonly fieldName: string
}

/** Signs a document, or once more one that grows. The bytes that were given stay as they are; earlier signatures stay
 *  valid. Throws `PdfRefused` for what cannot or must not be signed, and `UpstreamUnavailable`. */
export async function signPdf(
  ports: SigningPorts & { readonly signer: Signer },
  given: Uint8Array | PdfSource | GrowingPdf,
  { hash, ...options }: SignPdfOptions,
): Promise<SignedPdf> {
  const before = growthOf(given)
  if (hash !== undefined) remember(before.base, hash.copy())
  try {
    return await signedOnce(ports, before, options)
  } catch (error) {
    const needed = neededBytes(error)
    if (needed === undefined || options.contentsBytes !== undefined) throw error
    return signedOnce(ports, before, { ...options, contentsBytes: needed + 1024 })
  }
}

function growthOf(given: Uint8Array | PdfSource | GrowingPdf): GrowingPdf {
  if (isGrowing(given)) return given
  return growing(given instanceof Uint8Array ? bufferSource(given) : given)
}

type Options = Omit<SignPdfOptions, 'hash'>

async function signedOnce(
  ports: SigningPorts & { readonly signer: Signer },
  before: GrowingPdf,
  options: Options,
): Promise<SignedPdf> {
  const prepared = await prepareToSign(ports, before, ports.signer, options)
  const signature = await ports.signer.sign(prepared.attributes)
  return finishSignature(ports, prepared, signature, options.profile)
}

/** The first of two steps, for keys that are used elsewhere or only after the signer's activation: sign
 *  `attributes` of what it returns, then call `finishSignature`. `before`: made by `growing`. */
export async function prepareToSign(
  { clock, random, writer = writerHere }: PreparePorts,
  before: GrowingPdf,
  { alg, certificateChain }: SigningKey,
  { profile, ...options }: Options,
): Promise<PreparedSignature> {
  const key = { alg, certificateChain }
  const [certificate] = certificateChain
  if (certificate === undefined) throw new RangeError('A signer has a certificate.')
  const contentsBytes = options.contentsBytes ?? roomFor(key, profile)
  const made = await writer.signature(before, {
    seed: seedFrom(random),
    at: clock.now(),
    certificate,
    options: { ...options, contentsBytes },
  })
  return { ...made, before, key }
}

/** The second step. `signature`: over `prepared.attributes`, as `Signer.sign` gives it. */
export async function finishSignature(
  ports: SigningPorts,
  { before, open, key, fieldName, attributes }: PreparedSignature,
  signature: Uint8Array,
  profile: PadesProfile,
): Promise<SignedPdf> {
  const token = profile === 'B-B' ? undefined : await stamped(ports, signature)
  const cms = signedData({
    alg: key.alg,
    digestAlgorithm: open.digest.algorithm,
    attributes,
    signature,
    certificates: key.certificateChain,
    timestampToken: token,
  })
  const signed = grown(before, closed(open, cms))
  const contents = padded(cms, roomIn(open.hole))
  const means = { ...ports, writer: ports.writer ?? writerHere }
  const last =
    profile === 'B-LT' || profile === 'B-LTA'
      ? await addLongTerm(means, signed, { key, token, contents, archive: profile === 'B-LTA' })
      : signed
  return { ...last, size: last.whole.size, fieldName }
}

function stamped({ timestamps }: SigningPorts, signature: Uint8Array): Promise<Uint8Array> {
  if (timestamps === undefined) throw new TypeError('This profile needs a time stamp authority.')
  const value = createHash('sha256').update(signature).digest()
  return timestamps.stamp({ algorithm: 'SHA-256', value })
}

/** How much room a signature needs that did not fit. */
function neededBytes(error: unknown): number | undefined {
  if (!(error instanceof PdfRefused) || error.code !== 'signature_too_large') return undefined
  return Number.parseInt(error.where, 10)
}

/** All bytes of a signed document; for a large one write `added` behind a copy of the file instead. */
export function bytesOf({ whole }: Pick<SignedPdf, 'whole'>): Buffer {
  return whole.read(0, whole.size)
}
