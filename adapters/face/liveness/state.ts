import type { LivenessFailure } from '../../../src/ports/liveness-provider.ts'
import type { Look } from '../onnx/face-engine.ts'
import type { Movement, Plan } from './plan.ts'
import type { Rules } from './rules.ts'
import type { Glance, Hindrance } from './sight.ts'

/** A frame that may be matched: which, and how good. */
export interface Candidate {
  readonly sequence: number
  readonly quality: number
}

/** One movement that was seen: its figures for the evidence. */
export interface Seen {
  readonly movement: Movement
  readonly residual: number
  readonly similarity: number
  readonly bonaFide: number
  readonly extent: number
  /** Milliseconds from when it was told to when it began. */
  readonly reaction: number
}

/** A frame that counts for the movement that is wanted now. */
export interface Counted {
  readonly digest: string
  readonly extent: number
  readonly residual: number
  /** Of frames that were compared, and looked at for signs of a print. */
  readonly similarity?: number
  readonly bonaFide?: number
}

export interface Tally {
  readonly frames: number
  readonly hindered: Readonly<Partial<Record<Hindrance, number>>>
  /** Pictures that had been seen before, not counting those right after themselves. */
  readonly repeats: number
  readonly stalls: number
  readonly wrongTurns: number
  readonly jumps: number
  readonly sizeChanges: number
  /** Runs that were long enough, but flat; and that looked like a print or a screen. */
  readonly flatRuns: number
  readonly attackRuns: number
  /** Least motion between two different pictures, in heights of the face. */
  readonly leastMotion: number
  readonly lowestSimilarity: number
}

/** All that is known of a stream. It is replaced with every frame; the numbers of a face that are of no more
 *  use are overwritten by `wipe`. */
export interface Watch {
  readonly plan: Plan
  readonly rules: Rules
  readonly begunAt: number
  /** Even: from the front; odd: the movement of `(phase - 1) / 2`. */
  readonly phase: number
  readonly toldAt: number
  /** When the movement that is wanted now was seen to begin. */
  readonly movedAt?: number
  readonly lastSequence: number
  /** The most frontal frame yet, which all else is compared with. */
  readonly anchor?: Anchor
  readonly last?: Glance
  /** Since when the picture has been standing, and for how many frames. */
  readonly still?: { readonly since: number; readonly frames: number }
  readonly hindrance?: { readonly kind: Hindrance; readonly since: number; readonly frames: number }
  readonly run: readonly Counted[]
  /** Pictures that counted for a movement: none counts twice. */
  readonly spent: ReadonlySet<string>
  readonly pictures: ReadonlySet<string>
  /** Frames since one was compared; and those in a row that showed somebody else. */
  readonly uncompared: number
  readonly strangers: number
  readonly passive: readonly number[]
  readonly seen: readonly Seen[]
  readonly candidates: readonly Candidate[]
  readonly tally: Tally
  readonly outcome?: 'live' | LivenessFailure
}

export interface Anchor {
  readonly landmarks: Float32Array
  readonly turn: number
  readonly size: number
  readonly embedding: Float32Array
}

export function opened(plan: Plan, rules: Rules, at: number): Watch {
  return {
    plan,
    rules,
    begunAt: at,
    phase: 0,
    toldAt: at,
    lastSequence: -1,
    run: [],
    spent: new Set(),
    pictures: new Set(),
    uncompared: 0,
    strangers: 0,
    passive: [],
    seen: [],
    candidates: [],
    tally: {
      frames: 0,
      hindered: {},
      repeats: 0,
      stalls: 0,
      wrongTurns: 0,
      jumps: 0,
      sizeChanges: 0,
      flatRuns: 0,
      attackRuns: 0,
      leastMotion: Number.POSITIVE_INFINITY,
      lowestSimilarity: 1,
    },
  }
}

/** Undefined while the face is wanted from the front. */
export const wantedMovement = ({ phase, plan }: Watch): Movement | undefined =>
  phase % 2 === 1 ? plan.movements[(phase - 1) / 2] : undefined

export const lastPhase = ({ plan }: Watch): number => plan.movements.length * 2

/** Overwrites the numbers of a face that `next` has no more use for; all of them when the stream is over. */
export function wipe({ anchor, last }: Watch, next?: Watch): void {
  const kept = new Set(numbersOf(next?.anchor, next?.last))
  for (const numbers of numbersOf(anchor, last)) if (!kept.has(numbers)) numbers.fill(0)
}

/** Likewise for what the engine saw in a frame. */
export function wipeUnused(look: Look, { last }: Watch): void {
  if (look.kind !== 'seen') return
  for (const face of look.faces) {
    if (face === last?.face) continue
    face.landmarks.fill(0)
    face.embedding?.fill(0)
  }
}

const numbersOf = (anchor?: Anchor, last?: Glance): readonly Float32Array[] =>
  [anchor?.landmarks, anchor?.embedding, last?.face.landmarks, last?.face.embedding].filter(
    (numbers) => numbers !== undefined,
  )
