import type { Limit } from '../../src/ports/rate-limiter.ts'

export interface FacePolicy {
  /** Seconds that the proof of this level stays good: the expiry of its evidence. */
  readonly lifetimeSeconds: number
  /** Streams of one subject that were begun and proved nothing. */
  readonly triesPerHour: number
  readonly triesPerDay: number
  /** What is done about a camera that says of itself that it is a program: noted in the evidence, or refused. */
  readonly virtualCameras: 'record' | 'refuse'
  /** The Civil Registry's portrait is compared too whenever it gives one, or never asked for. */
  readonly registryPortrait: 'when_given' | 'never'
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Whoever tries many faces or movements does so with few subjects and few places. */
export function faceLimits({ triesPerHour, triesPerDay }: FacePolicy) {
  return {
    triesInHour: { name: 'face_tries_hour', points: triesPerHour, seconds: HOUR },
    triesInDay: { name: 'face_tries_day', points: triesPerDay, seconds: DAY },
    triesByDevice: { name: 'face_tries_device', points: 3 * triesPerHour, seconds: HOUR },
    triesByAddress: { name: 'face_tries_address', points: 10 * triesPerHour, seconds: HOUR },
    triesBySubnet: { name: 'face_tries_subnet', points: 100 * triesPerHour, seconds: HOUR },
    /** Each reading of a card costs most of a second of a processor. */
    cards: { name: 'face_cards', points: 20, seconds: HOUR },
    /** Pictures, good or bad: a visit takes some hundred. */
    pictures: { name: 'face_pictures', points: 1500, seconds: 10 * MINUTE },
  } as const satisfies Readonly<Record<string, Limit>>
}

/** How often a question is asked again of an engine that was busy, before the person is. */
export const BUSY_PAUSES_MS = [150, 400, 900]

/** Changes when the rule of `decision.ts` does: goes into the evidence. */
export const DECISION_VERSION = 'face-decision/1'
