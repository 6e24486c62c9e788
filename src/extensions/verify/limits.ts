import type { Limit } from '../../ports/rate-limiter.ts'

export interface VerifyLimits {
  /** Of one document. */
  readonly documentBytes: number
  /** Of all uploads that are on their way or being verified. */
  readonly uploadBytes: number
  /** For one upload. */
  readonly uploadMs: number
  /** Documents that are verified at once: as many as the verifier has workers. */
  readonly atOnce: number
  /** Who waits for one of those, and for how long. */
  readonly waiting: number
  readonly waitMs: number
  /** Of all documents that wait to be downloaded. */
  readonly keptBytes: number
  readonly keptMs: number
  /** Reports that are kept. */
  readonly kept: number
  /** Points of one address, and of its network; a document takes one, and one more for each 10 MB. */
  readonly byAddress: Limit
  readonly byNetwork: Limit
}

const MB = 1024 * 1024

export const VERIFY_LIMITS: VerifyLimits = {
  documentBytes: 50 * MB,
  uploadBytes: 220 * MB,
  uploadMs: 180_000,
  atOnce: 2,
  waiting: 8,
  waitMs: 20_000,
  keptBytes: 200 * MB,
  keptMs: 10 * 60_000,
  kept: 2000,
  byAddress: { name: 'verify_address', points: 60, seconds: 600 },
  byNetwork: { name: 'verify_network', points: 400, seconds: 600 },
}

/** What a form has beside its file. */
export const FORM_BYTES = 16 * 1024

/** A length that is only claimed must not use up the network of its neighbours. */
export const pointsFor = (bytes: number): number => 1 + Math.min(5, Math.floor(bytes / (10 * MB)))
