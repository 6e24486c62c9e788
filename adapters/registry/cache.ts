import { createHmac, createSecretKey } from 'node:crypto'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'

const MOST = 10_000

/** Answers of the last minutes, for a page that is sent twice and a person who comes right back. Found by a
 *  keyed hash of the question: no key names anybody. */
export function answerCache<Answer>(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  seconds: number,
) {
  const key = createSecretKey(random.bytes(32))
  const answers = new Map<string, { answer: Answer; until: number }>()
  const nameOf = (question: string) =>
    createHmac('sha256', key).update(question).digest('base64url')

  return {
    find(question: string): Answer | undefined {
      const found = answers.get(nameOf(question))
      return found !== undefined && found.until > clock.now() ? found.answer : undefined
    },
    keep(question: string, answer: Answer): void {
      if (seconds === 0) return
      const name = nameOf(question)
      // What was kept first is forgotten first; all are kept equally long.
      answers.delete(name)
      answers.set(name, { answer, until: clock.now() + seconds * 1000 })
      for (const [oldest, { until }] of answers) {
        if (answers.size <= MOST && until > clock.now()) break
        answers.delete(oldest)
      }
    },
    size: () => answers.size,
  }
}
