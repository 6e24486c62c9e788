import type { Clock } from '../ports/clock.ts'
import { repeating, type Repeating } from './repeating.ts'

/** When somebody is told who was away. Milliseconds. */
export interface DeliverySchedule {
  /** After each try in vain; the last one for all later tries. */
  readonly waits: readonly number[]
  readonly giveUpAfter: number
  readonly lookEvery: number
}

export interface Deliveries<Notice> {
  /** Some notices that are due, of which nobody else hears until then. */
  take(most: number, until: number): Promise<readonly Notice[]>
  /** What fails here is due again when its lease is over. */
  tell(notice: Notice): Promise<void>
  readonly clock: Clock
  /** Longer than telling may take: what a process took and died with is another one's after it. */
  readonly leaseMs: number
  readonly lookEvery: number
  /** Done first, each time; what fails in it holds up nobody's notice. */
  before?(): Promise<void>
}

const AT_ONCE = 20

/** Tells what is due until nothing more is, and looks again. */
export function deliveries<Notice>(needs: Deliveries<Notice>): Repeating {
  const { clock, leaseMs } = needs
  return repeating(needs.lookEvery, async (isOn) => {
    await needs.before?.().catch(() => undefined)
    for (let taken = AT_ONCE; taken === AT_ONCE && isOn();) {
      const due = await needs.take(AT_ONCE, clock.now() + leaseMs)
      await Promise.allSettled(due.map((notice) => needs.tell(notice)))
      taken = due.length
    }
  })
}

/** Milliseconds since the epoch; undefined: it was tried for long enough. */
export function nextTry(
  { waits, giveUpAfter }: DeliverySchedule,
  { since, tries }: { readonly since: number; readonly tries: number },
  now: number,
): number | undefined {
  const end = since + giveUpAfter
  if (now >= end) return undefined
  const wait = waits[Math.min(tries, waits.length - 1)] ?? giveUpAfter
  return Math.min(now + wait, end)
}
