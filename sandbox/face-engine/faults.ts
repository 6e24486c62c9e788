import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

export const FAULTS = [
  'none',
  'slow',
  'hang',
  'down',
  'flapping',
  'busy',
  'unauthorized',
  'malformed',
  'too_long',
  'other_request',
  'other_engine',
  'unknown_word',
  'more_members',
  'foreign_frames',
] as const

/** `POST /faults`: how the engine behaves from now on. */
export const Fault = z.object({
  /** `slow`: after `seconds`; `hang`: never; `down`: HTTP 500; `flapping`: that every other time; `busy`: HTTP 429;
   *  `malformed`: no JSON; `too_long`: a megabyte; `other_request`, `other_engine`: the envelope of another
   *  question or engine; `unknown_word`: a result of a kind that is not in the format; `more_members`: one member
   *  too many; `foreign_frames`: a verdict with pictures that nobody sent. */
  kind: z.enum(FAULTS),
  seconds: z.number().min(0).max(60).default(10),
})
export type Fault = z.infer<typeof Fault>

/** `POST /verdicts`: what the engine finds, right or wrong; it has no eyes of its own. */
export const Verdicts = z.object({
  comparison: z.enum(['same', 'unsure', 'different']).default('same'),
  attack: z.enum(['bona_fide', 'attack']).default('bona_fide'),
  /** `live`, or the reason why not. */
  liveness: z.string().max(40).default('live'),
})
export type Verdicts = z.infer<typeof Verdicts>

export function faultBoard() {
  let fault: Fault = { kind: 'none', seconds: 0 }
  let verdicts: Verdicts = Verdicts.parse({})
  let calls = 0
  let closing = new AbortController()
  return {
    set: (next: Fault) => void (fault = next),
    find: (next: Verdicts) => void (verdicts = next),
    verdicts: (): Verdicts => verdicts,
    calls: (): number => calls,
    /** Counts a call, waits as the fault says, and tells what to do then. */
    async met(): Promise<Fault['kind']> {
      calls += 1
      const { signal } = closing
      if (fault.kind === 'slow') await pause(fault.seconds * 1000, undefined, { signal })
      if (fault.kind === 'hang') await pause(24 * 3600 * 1000, undefined, { signal })
      return fault.kind === 'flapping' && calls % 2 === 0 ? 'none' : fault.kind
    },
    /** Whatever hangs is let go. */
    close(): void {
      closing.abort()
      closing = new AbortController()
    },
  }
}
export type FaultBoard = ReturnType<typeof faultBoard>
