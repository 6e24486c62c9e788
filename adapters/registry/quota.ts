import { jalaliOf, tehranDate } from '../../src/identity/jalali-date.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { GuardSettings } from './settings.ts'

const PERIODS = ['hourly', 'daily', 'monthly'] as const
export type Period = (typeof PERIODS)[number]
export type Used = Readonly<Partial<Record<Period, number>>>

const [HOUR, DAY] = [3_600_000, 86_400_000]
/** Tehran has had no summer time since 1401. */
const TEHRAN_OFFSET = 3.5 * HOUR

/** Which period it is, by Tehran's clock and the Iranian calendar (that quotas turn by these is an assumption). */
const NAMES: Readonly<Record<Period, (now: number) => string>> = {
  hourly: (now) => String(Math.floor((now + TEHRAN_OFFSET) / HOUR)),
  daily: (now) => tehranDate(now),
  monthly(now) {
    const { year, month } = jalaliOf(tehranDate(now))
    return `${year}/${month}`
  },
}
/** Every day is a chance that the month has turned. */
const LENGTHS: Readonly<Record<Period, number>> = { hourly: HOUR, daily: DAY, monthly: DAY }

const nextTurn = (now: number, length: number) =>
  (Math.floor((now + TEHRAN_OFFSET) / length) + 1) * length - TEHRAN_OFFSET

/** What the registry says we have used of it. At the agreed number we stop by ourselves: an account that is
 *  blocked for exceeding its quota helps nobody. */
export function quotaBook(
  { clock }: { readonly clock: Clock },
  { quota, reserve }: Pick<GuardSettings, 'quota' | 'reserve'>,
) {
  const book = new Map<Period, { name: string; used: number }>()
  const isOver = (period: Period): boolean => {
    const limit = quota[period]
    const entry = book.get(period)
    if (limit === undefined || entry?.name !== NAMES[period](clock.now())) return false
    return entry.used >= limit - reserve
  }
  return {
    note(used: Used): void {
      for (const period of PERIODS) {
        const count = used[period]
        if (count !== undefined) book.set(period, { name: NAMES[period](clock.now()), used: count })
      }
    },
    /** Milliseconds since the epoch, when it is exhausted. */
    exhaustedUntil(): number | undefined {
      const over = PERIODS.filter(isOver)
      const turns = over.map((period) => nextTurn(clock.now(), LENGTHS[period]))
      return turns.length > 0 ? Math.max(...turns) : undefined
    },
    used: (): Used => Object.fromEntries([...book].map(([period, { used }]) => [period, used])),
  }
}

export type QuotaBook = ReturnType<typeof quotaBook>
