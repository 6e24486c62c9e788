import { createHash } from 'node:crypto'
import type { Random } from '../../ports/random.ts'

const SEED_BYTES = 32

/** For one step of writing. */
export const seedFrom = (random: Pick<Random, 'bytes'>): Uint8Array => random.bytes(SEED_BYTES)

/** What is drawn in a step, the same for the same seed: identifiers of the file, and initialisation vectors. */
export function seeded(seed: Uint8Array): Pick<Random, 'bytes'> {
  let drawn = 0
  return {
    bytes: (length) =>
      createHash('shake256', { outputLength: length }).update(seed).update(`${drawn++}`).digest(),
  }
}
