import { isNationalId } from '../../src/identity/national-id.ts'
import { readAs, type Line, type Reading } from './line.ts'

/** Where each script's zero is among the classes of the network. */
const SCRIPTS = { persian: 0, latin: 10 } as const
export type Script = keyof typeof SCRIPTS

const LENGTH = 10

/** Means over the ten digits, in natural logarithms; measured by `panjereh card measure`. */
const LIMITS = {
  /** Accepts: how much less likely the expected number may be than the likeliest. */
  lost: 0.5,
  /** Accepts: the same for its worst digit alone, so that a neighbour's number does not hide in the mean. */
  lostMost: 2.5,
  /** Refuses as another number: the likeliest is read as surely as this. */
  sure: -0.35,
  /** For guidance: there is a number that can be read. */
  legible: -0.9,
} as const

interface Scripted extends Reading {
  readonly script: Script
}

/** Ten digits of one script, whichever is likelier. */
export function likeliestNumber(line: Line): Scripted | undefined {
  const readings = (Object.keys(SCRIPTS) as Script[]).flatMap((script) => {
    const reading = readAs(line, Array<readonly number[]>(LENGTH).fill(digitsOf(script)))
    return reading ? [{ ...reading, script }] : []
  })
  return readings.toSorted((a, b) => b.total - a.total)[0]
}

const digitsOf = (script: Script) =>
  Array.from({ length: 10 }, (_, digit) => SCRIPTS[script] + digit)

export const isLegible = (reading: Reading | undefined): boolean =>
  reading !== undefined && reading.total / LENGTH >= LIMITS.legible

export interface NumberFinding {
  readonly kind: 'same' | 'other' | 'unread'
  /** Mean log-ratio of the likeliest number to the expected one. */
  readonly lost: number
  readonly sureness: number
  readonly script?: Script
}

/** Is it the expected number? The network says how likely each digit is; the claim is compared, and nothing is
 *  guessed: what is neither surely this number nor surely another is unread. */
export function numberFinding(line: Line | undefined, expected: string): NumberFinding {
  const best = line && likeliestNumber(line)
  if (line === undefined || best === undefined) return { kind: 'unread', lost: 99, sureness: -99 }
  const zero = SCRIPTS[best.script]
  const claim = readAs(
    line,
    Array.from(expected, (digit) => [zero + Number(digit)]),
  )
  const lost = claim ? (best.total - claim.total) / LENGTH : 99
  const sureness = best.total / LENGTH
  const facts = { lost, sureness, script: best.script }
  if (claim && isSame(claim, lost) && isNationalId(expected)) return { kind: 'same', ...facts }
  const read = best.symbols.map((symbol) => symbol - zero).join('')
  const isOther = sureness >= LIMITS.sure && isNationalId(read) && read !== expected
  return { kind: isOther ? 'other' : 'unread', ...facts }
}

function isSame(claim: Reading, lost: number): boolean {
  return lost < LIMITS.lost && Math.max(...claim.lost) < LIMITS.lostMost
}
