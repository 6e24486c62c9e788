import { z } from 'zod'

/** What the rung remembers between pages. Times in milliseconds since the epoch. */
export const OtpState = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('number'),
    /** as it was typed */ given: z.string().max(64).optional(),
  }),
  z.object({
    kind: z.literal('code'),
    /** E.164 */
    mobile: z.string(),
    /** Keyed digest of the code. */
    digest: z.string(),
    /** The code, sealed: a message that is asked for again carries the same one, since messages overtake
     *  each other on the way. */
    sealed: z.string(),
    /** Names this code in the counters. */
    codeId: z.string(),
    expiresAt: z.number(),
    /** From then on another message may be asked for. */
    resendAt: z.number(),
    triesLeft: z.number().int(),
  }),
])
export type OtpState = z.infer<typeof OtpState>
/** Pages: `number`, `code`. Inputs: `mobile`; `code`; `action` = `resend` | `change` | `passkey`.
 *  Errors: the keys below stand in the pages' texts under `error.` */
export const OTP_ERRORS = [
  'number_invalid',
  'number_not_accepted',
  'code_malformed',
  'code_wrong',
  'code_expired',
  'resend_too_early',
  'too_many_sends',
  'too_many_tries',
  'sms_unavailable',
] as const
export type OtpError = (typeof OTP_ERRORS)[number]
