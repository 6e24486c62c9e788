import { z } from 'zod'
import { CARD_PROBLEMS } from '../../src/ports/card-reader.ts'
import { LIVENESS_FAILURES } from '../../src/ports/liveness-provider.ts'

/** What may go wrong beside the card and the movements. */
const OWN_REASONS = [
  /** Neither clearly the same person nor clearly another one. */
  'match_unsure',
  /** The engine has as much to do as it takes; nothing was counted. */
  'busy',
  /** An engine outside of us does not answer; nothing was counted. */
  'unavailable',
] as const

/** Why nothing was proved this time, each with what to change: `face.reasons.<reason>` of the pages' texts. */
export const FACE_REASONS = [
  ...new Set([...CARD_PROBLEMS, ...LIVENESS_FAILURES, ...OWN_REASONS]),
] as const
export type FaceReason = (typeof FACE_REASONS)[number]

/** Why this rung will not be climbed now: `face.stops.<why>`, with a title and what to do. */
export const FACE_STOPS = [
  /** Not an Iranian: there is no smart national card to compare with. */
  'no_card',
  /** Level 2 does not know who this is (any more). */
  'not_identified',
  /** As many tries as may be; `tryAt` says when there are some again. */
  'too_many',
  /** The face is not the one of the card, or not the one of the registry. */
  'other_face',
  /** The camera is no camera but a program, and this window does not take that. */
  'virtual_camera',
] as const
export type FaceStop = (typeof FACE_STOPS)[number]

/** The stage that a retry leads to. */
export const FACE_STAGES = ['card', 'liveness'] as const
export type FaceStage = (typeof FACE_STAGES)[number]

/** What was seen of the card: numbers and codes, for the evidence. */
const Facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
export type Facts = z.infer<typeof Facts>

/** What the rung remembers between pages, and what its pages are drawn from: a page a kind, of the same name.
 *  Nothing here was ever part of a picture. Times in milliseconds since the epoch. */
export const FaceState = z.discriminatedUnion('kind', [
  /** Actions: `agree`, `handover`. */
  z.object({ kind: z.literal('consent') }),
  /** Action: `next`, when a streamed picture is held or with a file in the field `card`. */
  z.object({ kind: z.literal('card') }),
  /** Actions: `next`, `gentle` (cannot turn the head), `turning` (can, after all). */
  z.object({
    kind: z.literal('liveness'),
    gentle: z.boolean(),
    /** From the first frame on. */
    secondsAllowed: z.number(),
    card: Facts.optional(),
  }),
  /** Action: `retry`. */
  z.object({
    kind: z.literal('again'),
    reasons: z.array(z.enum(FACE_REASONS)).min(1),
    triesLeft: z.number().int(),
    stage: z.enum(FACE_STAGES),
    gentle: z.boolean().default(false),
    card: Facts.optional(),
  }),
  /** Action: `return`. */
  z.object({
    kind: z.literal('stopped'),
    why: z.enum(FACE_STOPS),
    tryAt: z.number().optional(),
  }),
  /** On the first device, while another one goes on; made by the driver. Actions: `handover` (a new code),
   *  `take_back` (go on here). */
  z.object({
    kind: z.literal('handover'),
    /** For the QR code. */
    address: z.string(),
    /** Digits, shown on both devices. */
    number: z.string(),
    /** Until then the code may be scanned. */
    expiresAt: z.number(),
    phase: z.enum(['waiting', 'taken', 'expired']),
  }),
])
export type FaceState = z.infer<typeof FaceState>

/** Keys of the pages' texts under `error.` */
export const FACE_ERRORS = [
  /** What was held in memory is gone (a time-out, a restart): the person begins this rung anew. */
  'face_lost',
  /** The form was sent without a picture. */
  'card_missing',
  /** The other device gave up, or was sent away. */
  'hand_over_ended',
  /** As many codes as one visit may have. */
  'hand_over_too_many',
  /** More than 4 MB. */
  'picture_too_large',
] as const
export type FaceError = (typeof FACE_ERRORS)[number]
