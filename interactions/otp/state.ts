import { z } from 'zod'

/** Whom the counters count, by fingerprints: a device that is known for this number, or a network. */
const Party = z.object({ kind: z.enum(['known', 'stranger']), own: z.string(), all: z.string() })
export type Party = z.infer<typeof Party>

const Puzzle = z.object({
  id: z.string(),
  work: z.object({ salt: z.string(), bits: z.number().int() }),
  question: z.object({
    addends: z.tuple([z.number().int(), z.number().int()]).readonly(),
    answerFrom: z.number(),
  }),
  expiresAt: z.number(),
})

/** What the rung remembers between pages. Times in milliseconds since the epoch. */
export const OtpState = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('number'),
    /** as it was typed */ given: z.string().max(64).optional(),
    /** From then on a message may be asked for. */
    sendAt: z.number().optional(),
  }),
  z.object({
    kind: z.literal('captcha'),
    /** E.164 */
    mobile: z.string(),
    given: z.string().max(64),
    puzzle: Puzzle,
  }),
  z.object({
    kind: z.literal('code'),
    /** E.164 */
    mobile: z.string(),
    party: Party,
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
    /** From then on another code is looked at. */
    tryAt: z.number(),
    triesLeft: z.number().int(),
    /** What the gateway called the last message. */
    receipt: z.object({ gateway: z.string(), messageId: z.string() }).optional(),
  }),
])
export type OtpState = z.infer<typeof OtpState>
export type CodeState = Extract<OtpState, { kind: 'code' }>
export type CaptchaState = Extract<OtpState, { kind: 'captcha' }>

/** Pages: `number`, `captcha`, `code`. Inputs: `mobile`; `work` or `sum`; `code`; `action` = `resend` |
 *  `change` | `passkey`. Errors: the keys below stand in the pages' texts under `error.` */
export const OTP_ERRORS = [
  'number_invalid',
  'number_not_accepted',
  'number_unreachable',
  'send_too_early',
  'captcha_wrong',
  'captcha_early',
  'captcha_expired',
  'code_malformed',
  'code_wrong',
  'code_expired',
  'try_too_early',
  'resend_too_early',
  'too_many_sends',
  'too_many_tries',
  'sms_unavailable',
] as const
export type OtpError = (typeof OTP_ERRORS)[number]
