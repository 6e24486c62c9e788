import { z } from 'zod'
import type { Locale } from '../../src/identity/locale.ts'
import type { RequestedSigner, SignatureRequest } from '../../src/ports/signature-request-store.ts'
import type { VisibleAppearance } from '../../src/signing/pades/options.ts'
import type { Detail, Given } from './act.ts'
import type { SignatureStop } from './state.ts'
import { spelt } from './words.ts'

const Requested = z.looseObject({ request: z.string() })
/** What is no id of ours is not looked for. */
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** The id in a detail of a service; undefined when it can be nobody's. */
export function requestIn(detail: Detail): string | undefined {
  const { request } = Requested.parse(detail)
  return ID.test(request) ? request : undefined
}

export interface Turn {
  readonly request: SignatureRequest
  /** Whose turn it is, counted from 0. */
  readonly place: number
}

export interface Signer extends Pick<Given, 'visit' | 'subjectId'> {
  /** As in `RequestedSigner`; undefined for who has no national ID. */
  readonly nationalIdHash?: string
}

/** May this person sign this now? */
export function turnOf(
  request: SignatureRequest | undefined,
  { visit, subjectId, nationalIdHash }: Signer,
  now: number,
): Turn | SignatureStop {
  if (request === undefined || request.clientId !== visit.clientId) return 'request_gone'
  const { signers, state, expiresAt } = request
  const isMeant = (signer: RequestedSigner) =>
    signer.subjectId === subjectId ||
    (signer.nationalIdHash !== undefined && signer.nationalIdHash === nationalIdHash)
  const own = signers.filter(isMeant)
  if (own.length > 0 && own.every(({ signedAt }) => signedAt !== undefined)) return 'already_signed'
  if (state !== 'ready' || now >= expiresAt) return 'request_over'
  const place = signers.findIndex(({ signedAt }) => signedAt === undefined)
  const next = signers[place]
  if (next === undefined) return 'request_over'
  if (isForAnybody(next) || isMeant(next)) return { request, place }
  return own.length > 0 || signers.some(isForAnybody) ? 'not_your_turn' : 'not_intended'
}

const isForAnybody = (signer: RequestedSigner) =>
  signer.subjectId === undefined && signer.nationalIdHash === undefined

/** What the page says of its documents. */
export function shownOf({ documents, purpose }: SignatureRequest) {
  const files = documents.map(({ id }, at) => [`document-${at + 1}.pdf`, id] as const)
  return {
    items: documents.map(({ name, sha256, size }, at) => ({
      name,
      sha256,
      size,
      file: files[at]?.[0],
    })),
    text: spelt(purpose),
    files: Object.fromEntries(files),
  }
}

/** What the service may say of the visible signature; millimetres from the top left of the page. */
const Appearance = z.object({
  page: z.number().int().optional(),
  field: z.string().max(127).optional(),
  left: z.number().optional(),
  top: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  title: z.string().max(100).optional(),
  showHash: z.boolean().optional(),
})

export function placeOf({ appearance, purpose }: SignatureRequest, signer: string, locale: Locale) {
  if (appearance === undefined) return {}
  const { page, field, left, top, width, height, title, showHash } = Appearance.parse(appearance)
  const hasPlace =
    left !== undefined && top !== undefined && width !== undefined && height !== undefined
  const drawn: VisibleAppearance = {
    signer,
    locale,
    title,
    showHash,
    reason: purpose === '' ? undefined : purpose,
    place: hasPlace ? { left, top, width, height } : undefined,
  }
  return { page, field, appearance: drawn }
}
