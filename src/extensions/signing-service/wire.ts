import { z } from 'zod'
import { isNationalId } from '../../identity/national-id.ts'
import type { SignatureRequest } from '../../ports/signature-request-store.ts'
import { SEAL_ORDERS, SIGNATURE_PROFILES } from '../../ports/signature-request-store.ts'
import type { SubjectNames } from './needs.ts'

/** Where the visible signature goes: millimetres from the left and the top of the page as it is shown. */
export const Appearance = z
  .strictObject({
    /** 1 is the first page, -1 the last one. */
    page: z.number().int().min(-1).max(100_000).optional(),
    /** An empty signature field of the document. */
    field: z.string().min(1).max(127).optional(),
    left: z.number().min(0).max(5000).optional(),
    top: z.number().min(0).max(5000).optional(),
    width: z.number().positive().max(5000).optional(),
    height: z.number().positive().max(5000).optional(),
    title: z.string().min(1).max(100).optional(),
    showHash: z.boolean().optional(),
  })
  .refine(
    ({ left, top, width, height }) =>
      new Set([left, top, width, height].map((one) => one === undefined)).size === 1,
    'left, top, width and height belong together',
  )

export const NewRequest = z.strictObject({
  /** In the agency's words, shown to the signer. */
  purpose: z.string().trim().min(1).max(1000),
  profile: z.enum(SIGNATURE_PROFILES).default('B-LTA'),
  /** In order. With neither: whoever signs first. */
  signers: z
    .array(
      z
        .strictObject({
          sub: z.string().min(1).max(255).optional(),
          /** Ten digits; hashed at the door. */
          national_id: z.string().max(10).refine(isNationalId, 'no national ID').optional(),
        })
        .refine(({ sub, national_id: number }) => sub === undefined || number === undefined, {
          error: 'sub or national_id',
        }),
    )
    .min(1)
    .max(20)
    .default([{}]),
  webhook: z.string().max(2000).optional(),
  /** Seconds from now. */
  expires_in: z.number().int().min(60).optional(),
  appearance: Appearance.optional(),
  /** The agency’s own seal: on what is uploaded, or after the last signer. */
  seal: z
    .strictObject({ order: z.enum(SEAL_ORDERS), appearance: Appearance.optional() })
    .optional(),
})
export type NewRequest = z.infer<typeof NewRequest>

export const PDF = 'application/pdf'

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000)

/** A request as its agency sees it. Times: seconds since the epoch, as in tokens. */
export async function shownRequest(request: SignatureRequest, subjects: SubjectNames) {
  const { id, state, purpose, profile, webhook, appearance, seal } = request
  const { createdAt, expiresAt } = request
  return {
    ...{ id, state, purpose, profile, webhook, appearance, seal },
    created_at: seconds(createdAt),
    expires_at: seconds(expiresAt),
    documents: request.documents.map(shownDocument),
    signers: await Promise.all(
      request.signers.map(async ({ subjectId, nationalIdHash, signedAt }) => ({
        named_by: nationalIdHash === undefined ? undefined : 'national_id',
        sub:
          subjectId === undefined ? undefined : await subjects.subOf(request.clientId, subjectId),
        signed_at: signedAt === undefined ? undefined : seconds(signedAt),
      })),
    ),
    ...(state === 'ready' ? { authorization_details: detailsOf(request) } : {}),
  }
}

export const shownDocument = (
  { name, type = PDF, size, sha256, uploadedSha256 }: SignatureRequest['documents'][number],
  index: number,
) => ({ number: index + 1, name, type, size, sha256, uploaded_sha256: uploadedSha256 })

/** What the authorization request carries as its `authorization_details` (RFC 9396). */
export const detailsOf = ({ id }: SignatureRequest) => [
  { type: 'ir.signature_request', request: id },
]

/** One line a signature: each signer signs each document. */
export async function shownSignatures(request: SignatureRequest, subjects: SubjectNames) {
  const lines = await Promise.all(
    request.signers.map(async ({ subjectId, signedAt, signatures = [] }) => {
      const sub =
        subjectId === undefined ? undefined : await subjects.subOf(request.clientId, subjectId)
      return signatures.map((signature, index) => ({
        ...{ signature, document: index + 1, sub },
        signed_at: signedAt === undefined ? undefined : seconds(signedAt),
      }))
    }),
  )
  return lines.flat()
}
