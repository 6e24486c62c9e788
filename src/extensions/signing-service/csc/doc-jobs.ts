import type { PadesProfile } from '../../../signing/pades/options.ts'
import type { PreparedSignature } from '../../../signing/pades/prepare.ts'
import { cadesForm, jadesForm, padesForm, pdfForm, type Form } from '../../../signing/forms.ts'
import { sha256 } from '../../../signing/sad.ts'
import type { PreparedJades } from '../../../signing/transaction/jades.ts'
import { algorithmFault, base64In, digestsIn } from './algorithms.ts'
import { invalid, isCscError, type CscError } from './errors.ts'
import type { Key } from './key.ts'
import type { CscNeeds } from './needs.ts'
import {
  MOST_DOCUMENT_BYTES,
  type SignDocRequest,
  type WantedDigests,
  type WantedDocument,
} from './sign-requests.ts'

/** Kind of signature → what its form makes before the key signs. */
export interface Makings {
  readonly pades: Uint8Array
  readonly cades: Uint8Array
  readonly jades: PreparedJades
  readonly pdf: PreparedSignature
}

export interface JobOf<Kind extends keyof Makings> {
  readonly kind: Kind
  readonly profile: PadesProfile
  readonly form: Form<Makings[Kind]>
  /** The whole, where the signature stands in it. */
  readonly document?: Uint8Array
}

/** One signature that is to be made. */
export type Job = { [Kind in keyof Makings]: JobOf<Kind> }[keyof Makings]

interface Given extends Pick<SignDocRequest, 'returnValidationInfo'> {
  readonly ports: Pick<CscNeeds['ports'], 'clock' | 'random'> & Pick<CscNeeds['signing'], 'writer'>
  readonly key: Key
}

/** What section 11.11 asks for, as signatures to be made; or what is wrong with it. Nothing is signed yet. */
export function jobsIn(
  asked: SignDocRequest,
  given: Omit<Given, 'returnValidationInfo'>,
): readonly Job[] | CscError {
  const { documents, documentDigests, returnValidationInfo } = asked
  if (documents !== undefined && documentDigests !== undefined)
    return invalid('Both documentDigests and documents parameters passed')
  const about = { ...given, returnValidationInfo }
  if (documents !== undefined) return ofDocuments(documents, about)
  if (documentDigests === undefined) return invalid('Empty documentDigests and documents objects')
  return gathered(documentDigests.map((one) => ofDigests(one, about)))
}

function gathered(lists: readonly (readonly Job[] | CscError)[]): readonly Job[] | CscError {
  const jobs: Job[] = []
  for (const list of lists) {
    if (isCscError(list)) return list
    jobs.push(...list)
  }
  return jobs
}

function ofDigests(wanted: WantedDigests, given: Given): readonly Job[] | CscError {
  const { signed_envelope_property: packaging, conformance_level: profile } = wanted
  const fault =
    algorithmFault(wanted, given.key.credential.alg) ??
    commonFault(wanted) ??
    validationFault(wanted, given)
  if (fault) return fault
  // What is in or around the signature cannot be made of a hash.
  const isApart = packaging === undefined || packaging === 'Detached' || isOfPdf(packaging)
  if (!isApart) return PACKAGING
  const digests = digestsIn(wanted.hashes, 'hashes')
  if (isCscError(digests)) return digests
  return digests.map((digest) => detached(wanted.signature_format, digest, profile, given))
}

/** In a PDF these two differ in its dictionaries, which the caller has written. */
const isOfPdf = (packaging: string) => packaging === 'Certification' || packaging === 'Revision'

function detached(
  format: WantedDigests['signature_format'],
  digest: Buffer,
  profile: PadesProfile,
  { ports: { clock } }: Given,
): Job {
  const at = clock.now()
  if (format === 'P') return { kind: 'pades', profile, form: padesForm(digest) }
  return format === 'C'
    ? { kind: 'cades', profile, form: cadesForm(digest, at) }
    : { kind: 'jades', profile, form: jadesForm(digest, at) }
}

function ofDocuments(
  documents: readonly WantedDocument[],
  given: Given,
): readonly Job[] | CscError {
  const jobs: Job[] = []
  let size = 0
  for (const wanted of documents) {
    const job = ofDocument(wanted, given)
    if (isCscError(job)) return job
    size += wanted.document.length
    jobs.push(job)
  }
  return (size / 4) * 3 > MOST_DOCUMENT_BYTES
    ? invalid(`Invalid array parameter documents: at most ${MOST_DOCUMENT_BYTES} bytes together`)
    : jobs
}

function ofDocument(wanted: WantedDocument, given: Given): Job | CscError {
  const { signature_format: format, conformance_level: profile } = wanted
  const fault = algorithmFault(wanted, given.key.credential.alg, true) ?? commonFault(wanted)
  if (fault) return fault
  const document = base64In(wanted.document, 'documents')
  if (isCscError(document)) return document
  if (format === 'P') return ofPdf(document, wanted, given)
  // Attached is the standard's default, and not made here: it has to be said otherwise.
  if (wanted.signed_envelope_property !== 'Detached') return PACKAGING
  return detached(format, sha256(document), profile, given)
}

/** The default is a certification; a document that is signed already takes revisions alone. */
function ofPdf(document: Buffer, wanted: WantedDocument, { ports }: Given): Job | CscError {
  const { signed_envelope_property: packaging = 'Certification', conformance_level: profile } =
    wanted
  if (!isOfPdf(packaging)) return PACKAGING
  const options = { profile, certify: packaging === 'Certification' }
  return { kind: 'pdf', profile, document, form: pdfForm(ports, document, options) }
}

const PACKAGING = invalid('Invalid parameter signed_envelope_property')

function commonFault({
  signature_format: format,
  conformance_level: profile,
  signed_props: properties = [],
  signed_envelope_property: packaging,
}: WantedDigests | WantedDocument): CscError | undefined {
  const isLong = profile === 'B-LT' || profile === 'B-LTA'
  if (format !== 'P' && isLong) return invalid('Invalid parameter conformance_level')
  if (packaging !== undefined && isOfPdf(packaging) !== (format === 'P')) return PACKAGING
  if (properties.length === 0) return undefined
  const names = properties.map(({ attribute_name: name }) => name).join(', ')
  return invalid(`Invalid parameter signed_props (${names})`)
}

/** A signature lasts by its validation data, which only the caller can put into his document. */
function validationFault(
  { conformance_level: profile }: WantedDigests,
  { returnValidationInfo }: Given,
): CscError | undefined {
  const isLong = profile === 'B-LT' || profile === 'B-LTA'
  return isLong && !returnValidationInfo
    ? invalid('Invalid parameter returnValidationInfo: this conformance_level needs it')
    : undefined
}
