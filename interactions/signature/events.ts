import type { Visit } from '../../src/assurance/level.ts'
import type { Clock } from '../../src/ports/clock.ts'

/** Who, where and when, for an event. */
export function aboutOf({ clientId, subjectId, requestId }: Visit, clock: Clock) {
  return { at: clock.now(), clientId, subjectId, requestId }
}
