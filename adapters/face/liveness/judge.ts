import type { LivenessFailure } from '../../../src/ports/liveness-provider.ts'
import type { Wants } from '../onnx/face-engine.ts'
import { failureOf, finished } from './ending.ts'
import { cosine, motionOf, turnOf } from './geometry.ts'
import { inFront } from './front.ts'
import { moving, withoutRun } from './movement.ts'
import { glanceOf, type Glance, type Hindrance, type Sight } from './sight.ts'
import { wantedMovement, type Tally, type Watch } from './state.ts'

/** In a row: one frame may be blurred or taken from the very side. */
const STRANGERS = 2
/** Frames of a movement after which one is compared again. */
const COMPARE_EVERY = 6
/** From here on a face may be from the front in the next frame. */
const SOON_FRONT = 0.55
/** Passive detection is for faces that are nearly from the front. */
const PASSIVE_UP_TO = 0.35
/** Farther than this no landmark moves between two frames: a cut. In heights of the face. */
const JUMP = 0.6
/** Less motion than this, in heights of the face, is none. A live face that holds still has 0.002 and more. */
const STILL = 0.0002

/** What the engine should find out about the next frame: comparing and passive detection cost more than all the
 *  rest, and are done where a decision hangs on them. */
export function wantsOf(watch: Watch): Wants {
  const { last, run, uncompared, strangers, outcome } = watch
  if (outcome !== undefined) return {}
  if (wantedMovement(watch) === undefined) {
    const isSoon = last === undefined || !(Math.abs(turnOf(last.face.landmarks)) > SOON_FRONT)
    return { embedding: isSoon || uncompared >= COMPARE_EVERY, attack: isSoon }
  }
  const isRunCompared = run.some(({ similarity }) => similarity !== undefined)
  const isDue = uncompared >= COMPARE_EVERY || strangers > 0
  return {
    embedding: isDue || (run.length > 0 && !isRunCompared),
    attack: run.length > 0,
  }
}

/** What is known after one more frame. The frame counts for nothing when it is late, out of order, hindered, a
 *  picture that was there before, or of somebody else. */
export function advanced(watch: Watch, sight: Sight): Watch {
  if (watch.outcome !== undefined) return watch
  const breach = breachOf(watch, sight)
  if (breach !== undefined) return { ...watch, outcome: breach }
  const arrived = { ...watch, lastSequence: sight.sequence, tally: counted(watch.tally) }
  const glance = glanceOf(sight, watch.rules)
  if (typeof glance === 'string') return hindered(arrived, glance, sight.at)
  const { hindrance: _, ...clear } = arrived
  if (isSamePicture(watch.last, glance)) return stalled(clear, sight.at)
  const compared = comparison(recorded(clear, glance), glance)
  if (compared.outcome !== undefined || compared.strangers > 0) return compared
  return wantedMovement(compared) === undefined
    ? inFront(compared, glance)
    : moving(compared, glance)
}

/** The stream at this time, without another frame. */
export function overdue(watch: Watch, now: number): Watch {
  return watch.outcome === undefined && now > deadlineOf(watch)
    ? { ...watch, outcome: failureOf(watch) }
    : watch
}

export const deadlineOf = ({ begunAt, rules }: Watch): number =>
  begunAt + rules.secondsAllowed * 1000

function breachOf(watch: Watch, { sequence, at }: Sight): LivenessFailure | undefined {
  const { lastSequence, rules, tally } = watch
  const late = overdue(watch, at)
  if (late.outcome !== undefined && late.outcome !== 'live') return late.outcome
  const skipped = sequence - lastSequence - 1
  if (!Number.isInteger(sequence) || skipped < 0 || skipped > rules.mostSkipped)
    return 'out_of_order'
  return tally.frames >= rules.mostFrames ? failureOf(watch) : undefined
}

const counted = (tally: Tally): Tally => ({ ...tally, frames: tally.frames + 1 })

/** Hindrances that end a stream when they last. */
const FATAL: Readonly<Partial<Record<Hindrance, LivenessFailure>>> = {
  no_face: 'no_face',
  several_faces: 'several_faces',
  too_dark: 'too_dark',
  blurred: 'blurred',
}

function hindered(watch: Watch, kind: Hindrance, at: number): Watch {
  const { hindrance, tally, rules } = watch
  const total = { ...tally.hindered, [kind]: (tally.hindered[kind] ?? 0) + 1 }
  const noted = { ...watch, tally: { ...withoutRun(watch), hindered: total } }
  // The engine had no time: nothing is known of the frame, and the person is not to blame.
  if (kind === 'busy') return noted
  const before = hindrance?.kind === kind ? hindrance : { kind, since: at, frames: 0 }
  const now = { ...before, frames: before.frames + 1 }
  const outcome = at - now.since >= rules.patienceMs ? FATAL[kind] : undefined
  // Who comes back may be somebody else: the next face is compared.
  return { ...noted, hindrance: now, run: [], uncompared: COMPARE_EVERY, outcome }
}

function isSamePicture(last: Glance | undefined, now: Glance): boolean {
  if (last === undefined) return false
  if (last.digest === now.digest) return true
  return last.hash === now.hash && motionOf(last.face, now.face) < STILL
}

function stalled(watch: Watch, at: number): Watch {
  const { still, last, tally, rules } = watch
  const since = still?.since ?? last?.at ?? at
  const frames = (still?.frames ?? 1) + 1
  const isFrozen = frames >= rules.frozenFrames && at - since >= rules.frozenMs
  return {
    ...watch,
    still: { since, frames },
    tally: { ...tally, stalls: tally.stalls + 1 },
    outcome: isFrozen ? 'frozen' : undefined,
  }
}

/** Another picture with one face in it. */
function recorded(watch: Watch, glance: Glance): Watch {
  const { last, pictures, tally } = watch
  const motion = last === undefined ? Number.POSITIVE_INFINITY : motionOf(last.face, glance.face)
  const isResized =
    last !== undefined && (last.width !== glance.width || last.height !== glance.height)
  return {
    ...watch,
    last: glance,
    still: undefined,
    pictures: new Set(pictures).add(glance.digest),
    tally: {
      ...tally,
      repeats: tally.repeats + (pictures.has(glance.digest) ? 1 : 0),
      sizeChanges: tally.sizeChanges + (isResized ? 1 : 0),
      jumps: tally.jumps + (last !== undefined && motion > JUMP ? 1 : 0),
      leastMotion: Math.min(tally.leastMotion, motion),
    },
  }
}

/** Is it still the same person, and a person at all? */
function comparison(watch: Watch, { face }: Glance): Watch {
  const { anchor, rules, tally } = watch
  const passive = isPassive(face) ? [...watch.passive, face.bonaFide ?? 0] : watch.passive
  if (finished.isPrint({ passive, rules })) {
    return { ...watch, passive, outcome: 'presentation_attack' }
  }
  if (face.embedding === undefined || anchor === undefined) {
    return { ...watch, passive, uncompared: watch.uncompared + 1 }
  }
  const similarity = cosine(anchor.embedding, face.embedding)
  const lowestSimilarity = Math.min(tally.lowestSimilarity, similarity)
  const noted = { ...watch, passive, uncompared: 0, tally: { ...tally, lowestSimilarity } }
  if (similarity >= rules.sameAtLeast) return { ...noted, strangers: 0 }
  const strangers = watch.strangers + 1
  const outcome = strangers >= STRANGERS ? 'changed_person' : undefined
  return { ...noted, strangers, run: [], outcome }
}

const isPassive = ({ bonaFide, landmarks }: Glance['face']) =>
  bonaFide !== undefined && Math.abs(turnOf(landmarks)) <= PASSIVE_UP_TO
