import type { Ports } from '../../src/ports/index.ts'
import { signatureLimits, type SignaturePolicy } from './policy.ts'

type Needs = Pick<Ports, 'clock' | 'limiter'>
type Limited = keyof ReturnType<typeof signatureLimits>

/** Undefined: go on. A number: not before then, in milliseconds since the epoch. */
export type Wait = number | undefined

/** Counts before anything is tried: parallel tries cannot outrun the counters. */
export function signatureGuard({ clock, limiter }: Needs, policy: SignaturePolicy) {
  const limits = signatureLimits(policy)

  return {
    async take(what: Limited, subjectId: string): Promise<Wait> {
      const { allowed, retryAfterSeconds } = await limiter.take(limits[what], subjectId)
      return allowed ? undefined : clock.now() + retryAfterSeconds * 1000
    },
    /** What proved something, and what came to nothing through no fault of the person, is not counted. */
    giveBack: (what: Limited, subjectId: string): Promise<void> =>
      limiter.giveBack(limits[what], subjectId),
  }
}

export type SignatureGuard = ReturnType<typeof signatureGuard>
