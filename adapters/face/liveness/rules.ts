import { z } from 'zod'

const share = z.number().min(0).max(1)
const whole = (least: number, most: number) => z.number().int().min(least).max(most)

/** What the judge goes by. `measured` stands for docs/liveness.md, where each figure comes from. */
export const Rules = z.object({
  /** Raised whenever a number here is changed: evidence names it. */
  version: z.string().max(40).default('2'),
  secondsAllowed: z.number().min(5).max(300).default(25),
  /** How far the nose moves between the edges of the face. Measured: a turning head 0.50 to 0.98, flat photos
   *  0.00 to 0.19, and 0.30 of a person who was not asked to turn. */
  turnAtLeast: share.default(0.45),
  /** Up to here a face is from the front. */
  frontAtMost: share.default(0.2),
  /** In a row, each another picture. A single frame of a flat photo was misread by up to 0.72. */
  turnedFrames: whole(2, 20).default(3),
  /** Median over the turned frames. Measured: a turning head 0.16 to 0.40, a flat photo at most 0.06. */
  residualAtLeast: z.number().min(0).max(2).default(0.1),
  /** Cosine to the reference from the front. Measured: the same person 0.48 from the side, 0.82 from the front;
   *  other people reach 0.30 in about 4 of 1000 comparisons. */
  sameAtLeast: z.number().min(-1).max(1).default(0.3),
  /** For frames that are handed on to be matched, which are from the front. */
  matchAtLeast: z.number().min(-1).max(1).default(0.5),
  /** Median over frames, mean of two crops. Measured on prints: live 0.84 to 1, prints 0 to 0.14. */
  bonaFideAtLeast: share.default(0.5),
  /** Frames with passive detection before its median counts. */
  passiveFrames: whole(1, 50).default(3),
  /** How much nearer the face comes, in times of its size. */
  closerAtLeast: z.number().min(1.05).max(3).default(1.3),
  /** May `come_closer` be drawn? A flat picture that is brought nearer passes it: it proves nothing but that
   *  somebody listens, and costs time. */
  closer: z.boolean().default(false),
  minBrightness: z.number().min(0).max(255).default(40),
  /** Variance of the Laplacian of the aligned face. Measured: 19 to 42 in a stream of 640×360; blurred with a
   *  sigma of 3 pixels, below 4. */
  minSharpness: z.number().min(0).default(6),
  /** Height of the face in the picture, as a share; and in pixels, for what is matched. */
  minSize: share.default(0.16),
  minPixels: whole(20, 2000).default(70),
  maxSize: share.default(0.92),
  maxOffset: share.default(0.35),
  /** A second face counts from this share of the first one's height on: a poster far behind does not. */
  secondFaceFrom: share.default(0.35),
  /** Milliseconds that the same hindrance may last; and that one picture may stand. */
  patienceMs: whole(1000, 120_000).default(10_000),
  frozenMs: whole(500, 60_000).default(2_500),
  frozenFrames: whole(2, 200).default(8),
  /** Each pause from the front before the next movement is told is drawn from this range. */
  pauseMs: z.tuple([whole(0, 10_000), whole(0, 10_000)]).default([100, 700]),
  /** Frames of one stream; more than 12 in a second help nobody. */
  mostFrames: whole(20, 5000).default(400),
  /** Frames that the page may skip between two. */
  mostSkipped: whole(0, 1000).default(60),
  /** Kept for matching, best first. */
  heldFrames: whole(1, 10).default(3),
  /** Streams that look injected (docs/liveness.md) are refused from here on; over 1: they are only recorded. */
  injectionBelow: z.number().min(0).max(2).default(1.01),
})
export type Rules = z.infer<typeof Rules>
export const RULES: Rules = Rules.parse({})

/** Who cannot turn the head moves the camera around it, or has it moved: slower, not so far, and with more time.
 *  Measured on the shared turn: from 0.33 on the residual is at least 0.10, and that of a flat photo at most 0.06. */
export const GENTLE = {
  secondsAllowed: 75,
  turnAtLeast: 0.33,
  residualAtLeast: 0.085,
  patienceMs: 25_000,
  frozenMs: 5_000,
  maxOffset: 0.45,
  mostFrames: 1000,
} as const satisfies Partial<Rules>
