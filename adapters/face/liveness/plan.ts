import type { Random } from '../../../src/ports/random.ts'
import type { Rules } from './rules.ts'

export type Movement = 'left' | 'right' | 'closer'

/** What this one stream must show. Nobody outside has it: each movement is told when the last was seen. */
export interface Plan {
  readonly nonce: string
  readonly movements: readonly Movement[]
  /** Milliseconds from the front before each movement, and before the end. */
  readonly pauses: readonly number[]
}

const TURNS: readonly (readonly Movement[])[] = [
  ['left', 'right'],
  ['right', 'left'],
  ['left', 'left', 'right'],
  ['left', 'right', 'left'],
  ['left', 'right', 'right'],
  ['right', 'right', 'left'],
  ['right', 'left', 'right'],
  ['right', 'left', 'left'],
]
const WITH_CLOSER: readonly (readonly Movement[])[] = [
  ['left', 'right', 'closer'],
  ['left', 'closer', 'right'],
  ['closer', 'left', 'right'],
  ['right', 'left', 'closer'],
  ['right', 'closer', 'left'],
  ['closer', 'right', 'left'],
]

/** Two or three movements with at least one turn to each side; every order is as likely as every other. */
export const ordersOf = ({ closer }: Pick<Rules, 'closer'>): readonly (readonly Movement[])[] =>
  closer ? [...TURNS, ...WITH_CLOSER] : TURNS

export function drawnPlan(random: Random, rules: Pick<Rules, 'closer' | 'pauseMs'>): Plan {
  const orders = ordersOf(rules)
  const movements = orders[below(orders.length, random)] ?? []
  const [least, most] = rules.pauseMs
  const pauses = Array.from(
    { length: movements.length + 1 },
    () => least + below(Math.max(1, most - least + 1), random),
  )
  return { nonce: Buffer.from(random.bytes(16)).toString('base64url'), movements, pauses }
}

/** A number from 0 up to `count`, each as likely: what would favour the small ones is drawn again. */
function below(count: number, random: Random): number {
  const fair = 65_536 - (65_536 % count)
  for (;;) {
    const [high = 0, low = 0] = random.bytes(2)
    const drawn = high * 256 + low
    if (drawn < fair) return drawn % count
  }
}
