import type { ValidationData } from '../../ports/pdf-writer.ts'
import type { RevocationChecker } from '../../ports/revocation-checker.ts'
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts'
import { signerCertificate } from '../cms/check-signer.ts'
import { readSignedData } from '../cms/read-signed-data.ts'
import { refuse } from '../pdf/refused.ts'
import { grown, type GrowingPdf } from './appended.ts'
import type { SigningKey, WritingPorts } from './prepare.ts'
import { seedFrom } from './seeded.ts'
import { addDocumentTimestamp } from './timestamp.ts'
import { gatherValidationData } from './validation-data.ts'

export interface LongTermPorts extends WritingPorts {
  readonly timestamps?: TimestampAuthority
  readonly revocation?: RevocationChecker
  readonly anchors?: readonly Uint8Array[]
}

export interface LongTermInput {
  readonly key: SigningKey
  /** DER: the time stamp in the signature. */
  readonly token?: Uint8Array
  /** /Contents of the signature, with its zeros. */
  readonly contents: Uint8Array
  /** A time stamp over all of it, too. */
  readonly archive: boolean
}

/** Adds what makes the signature last: validation data of the signer and of the time stamp authority and, for
 *  B-LTA, a time stamp over the document. Revocation is asked for now, after the signature. */
export async function addLongTerm(
  ports: LongTermPorts,
  signed: GrowingPdf,
  { key, token, contents, archive }: LongTermInput,
): Promise<GrowingPdf> {
  const [own] = key.certificateChain
  const stamp = token && authorityOf(token)
  const data = await gathered(ports, {
    leaves: [...(own ? [own] : []), ...(stamp ? [stamp.own] : [])],
    pool: [...key.certificateChain, ...(stamp?.all ?? [])],
  })
  const stored = await withData(ports, signed, data, [contents])
  return archive ? archived(ports, stored, data) : stored
}

/** A time stamp over the document. What is needed to check this one goes into the store behind it when its
 *  authority is another one than that of the signature; else it is there already. */
export async function archived(
  ports: LongTermPorts,
  pdf: GrowingPdf,
  stored: ValidationData,
): Promise<GrowingPdf> {
  const { timestamps } = ports
  if (timestamps === undefined) throw new TypeError('This profile needs a time stamp authority.')
  const {
    pdf: stampedPdf,
    token,
    contents,
  } = await addDocumentTimestamp({ ...ports, timestamps }, pdf)
  const { own, all } = authorityOf(token)
  if (stored.certificates.some((one) => Buffer.compare(one, own) === 0)) return stampedPdf
  const data = await gathered(ports, { leaves: [own], pool: [...all, ...stored.certificates] })
  return withData(ports, stampedPdf, data, [contents])
}

export function gathered(
  { revocation, anchors = [] }: LongTermPorts,
  query: { readonly leaves: readonly Uint8Array[]; readonly pool: readonly Uint8Array[] },
): Promise<ValidationData> {
  if (revocation === undefined) throw new TypeError('This profile needs a revocation checker.')
  return gatherValidationData(revocation, { ...query, anchors })
}

export async function withData(
  { writer, random }: LongTermPorts,
  pdf: GrowingPdf,
  data: ValidationData,
  contents: readonly Uint8Array[],
): Promise<GrowingPdf> {
  const seed = seedFrom(random)
  return grown(pdf, await writer.validationData(pdf, { seed, data, contents }))
}

/** The certificate of whoever made a CMS signature, and all that came with it. */
export function authorityOf(der: Uint8Array): { own: Uint8Array; all: readonly Uint8Array[] } {
  const { signer, certificates } = readSignedData(der)
  const own = signerCertificate(signer.identifier, certificates)
  if (own === undefined)
    return refuse('certificate_status_unknown', 'a token without a certificate')
  return { own: own.der, all: certificates }
}
