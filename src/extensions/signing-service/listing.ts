import { z } from 'zod'
import {
  SIGNATURE_REQUEST_STATES,
  type RequestQuery,
  type SignatureRequest,
} from '../../ports/signature-request-store.ts'

/** Opaque to agencies: where the page before has ended. */
const Cursor = z.string().transform((text, ctx): NonNullable<RequestQuery['after']> => {
  const found = SPELLING.exec(Buffer.from(text, 'base64url').toString('latin1'))
  if (found?.[1] !== undefined && found[2] !== undefined)
    return { createdAt: Number(found[1]), id: found[2] }
  ctx.addIssue('none that was given')
  return z.NEVER
})
const SPELLING = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** The query of GET /signing/v1/requests. */
export const Listing = z
  .strictObject({
    state: z.enum(SIGNATURE_REQUEST_STATES).optional(),
    cursor: Cursor.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  })
  .transform(({ cursor, ...rest }) => ({ ...rest, after: cursor }))
export type Listing = z.infer<typeof Listing>

export const cursorOf = ({ createdAt, id }: Pick<SignatureRequest, 'createdAt' | 'id'>) =>
  Buffer.from(`${createdAt}.${id}`).toString('base64url')
