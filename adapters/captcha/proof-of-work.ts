import { createHash } from 'node:crypto'
import { latinDigits } from '../../src/identity/digits.ts'
import type { Captcha, CaptchaPuzzle, CaptchaResult } from '../../src/ports/captcha.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'

export interface ProofOfWorkPolicy {
  /** Each bit doubles the work: at 15 a phone tries some 33,000 numbers, a few seconds. */
  readonly bits: number
}

interface Needs {
  readonly clock: Clock
  readonly random: Random
}

const LIFETIME_MS = 5 * 60_000
/** What somebody without a script pays instead of work. */
const PATIENCE_MS = 15_000
const COUNTER = /^\d{1,12}$/
const SUM = /^\d{1,3}$/

/** A captcha of our own: a browser works for some seconds by itself (hashcash, SHA-256), and whoever runs
 *  no script waits and adds two numbers. It asks nobody else, reads no picture and follows no one. It slows
 *  a crowd of messages down and makes it dearer; it does not tell a person from a program. */
export function proofOfWork({ clock, random }: Needs, { bits }: ProofOfWorkPolicy): Captcha {
  const digit = () => 2 + (Number(random.digits(3)) % 8)

  return {
    puzzle(): CaptchaPuzzle {
      const now = clock.now()
      return {
        id: random.uuid(),
        work: { salt: Buffer.from(random.bytes(16)).toString('base64url'), bits },
        question: { addends: [digit(), digit()], answerFrom: now + PATIENCE_MS },
        expiresAt: now + LIFETIME_MS,
      }
    },

    check(puzzle, { work = '', sum = '' }): CaptchaResult {
      const now = clock.now()
      if (now >= puzzle.expiresAt) return 'expired'
      if (COUNTER.test(work) && isWorked(puzzle.work, work)) return 'solved'
      if (now < puzzle.question.answerFrom) return 'early'
      const [one, other] = puzzle.question.addends
      const given = latinDigits(sum).trim()
      return SUM.test(given) && Number(given) === one + other ? 'solved' : 'wrong'
    },
  }
}

function isWorked({ salt, bits }: CaptchaPuzzle['work'], counter: string): boolean {
  return leadingZeroBits(createHash('sha256').update(`${salt}.${counter}`).digest()) >= bits
}

export function leadingZeroBits(hash: Uint8Array): number {
  const first = hash.findIndex((byte) => byte !== 0)
  return first < 0 ? hash.length * 8 : first * 8 + Math.clz32(hash[first] ?? 0) - 24
}
