import { parseJalaliDate, type IsoDate } from '../../src/identity/jalali-date.ts'
import { SLASH } from './digit-net.ts'
import { readAs, type Line } from './line.ts'
import type { Script } from './number.ts'

const ZERO: Readonly<Record<Script, number>> = { persian: 0, latin: 10 }

const ANY = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const
/** 1300/00/00 to 1499/19/39; what is no date among them is sorted out by the calendar. */
const PATTERN: readonly (readonly number[] | 'slash')[] = [
  [1],
  [3, 4],
  ANY,
  ANY,
  'slash',
  [0, 1],
  ANY,
  'slash',
  [0, 1, 2, 3],
  ANY,
]

/** Natural logarithms: the mean over the symbols, and the worst of them. */
const LIMITS = { mean: -0.5, worst: -2.3 } as const

/** The date in this line, in the script of the card's number. Undefined when it is not read for sure. */
export function dateIn(line: Line | undefined, script: Script): IsoDate | undefined {
  if (line === undefined) return undefined
  const zero = ZERO[script]
  const allowed = PATTERN.map((one) =>
    one === 'slash' ? [SLASH] : one.map((digit) => zero + digit),
  )
  const reading = readAs(line, allowed)
  if (reading === undefined || reading.total / PATTERN.length < LIMITS.mean) return undefined
  if (Math.min(...reading.odds) < LIMITS.worst) return undefined
  return parseJalaliDate(reading.symbols.map((one) => (one === SLASH ? '/' : one - zero)).join(''))
}
