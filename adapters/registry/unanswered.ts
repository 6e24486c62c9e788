import type { Indeterminate } from '../../src/ports/registry-answer.ts'

/** A question that came back without an answer; it names nobody. */
export class Unanswered extends Error {
  readonly reason: Indeterminate
  /** Worth one more try, with an id of its own. */
  readonly isTransient: boolean

  constructor(reason: Indeterminate, isTransient = false) {
    super(reason)
    this.name = 'Unanswered'
    this.reason = reason
    this.isTransient = isTransient
  }
}
