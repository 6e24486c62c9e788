import type { Clock } from '../../src/ports/clock.ts'

/** The machine's clock. */
export const clock: Clock = { now: () => Date.now() }
