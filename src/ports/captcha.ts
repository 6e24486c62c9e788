/** One puzzle for one visitor. It is kept sealed by whoever asked until the answer comes, and only `work`
 *  and `question` are shown. Times in milliseconds since the epoch. */
export interface CaptchaPuzzle {
  readonly id: string
  /** For a script: a number after `salt` whose SHA-256 begins with so many zero bits. */
  readonly work: { readonly salt: string; readonly bits: number }
  /** For people without one: the sum of two small numbers, answered no sooner than `answerFrom`. */
  readonly question: { readonly addends: readonly [number, number]; readonly answerFrom: number }
  readonly expiresAt: number
}

export interface CaptchaAnswer {
  readonly work?: string
  readonly sum?: string
}

export type CaptchaResult = 'solved' | 'wrong' | 'early' | 'expired'

/** Asked only for high-risk traffic; off by default. Nothing of it leaves this window. */
export interface Captcha {
  puzzle(): CaptchaPuzzle
  check(puzzle: CaptchaPuzzle, answer: CaptchaAnswer): CaptchaResult
}
