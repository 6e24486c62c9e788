import { setTimeout as pause } from 'node:timers/promises'
import type { CardReader } from '../../src/ports/card-reader.ts'
import type { FacePorts, Ports } from '../../src/ports/index.ts'
import { BUSY_PAUSES_MS } from './policy.ts'

/** What this rung needs of the world; without an engine and a reader of cards it is not in the ladder. */
export type FaceNeeds = Pick<
  Ports,
  'captures' | 'clock' | 'events' | 'evidence' | 'identities' | 'limiter' | 'registries'
> & { readonly face: FacePorts; readonly cards: CardReader }

/** Asks again, some times and for about a second and a half in all, while the engine is busy. */
export async function patiently<Answer extends { readonly kind: string }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (const ms of BUSY_PAUSES_MS) {
    const answer = await ask()
    if (answer.kind !== 'busy') return answer
    await pause(ms)
  }
  return ask()
}
