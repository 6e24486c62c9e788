import { createHash } from 'node:crypto'
import type { Random } from '../../src/ports/random.ts'

/** The same bytes in the same order each time: what was shown to be signed is made once more when the passkey has
 *  said yes, and must come out the same to the bit. Only for what is no secret, such as identifiers in a PDF. */
export function seeded(seed: string, label: string): Pick<Random, 'bytes'> {
  let taken = 0
  return {
    bytes: (length) =>
      createHash('shake256', { outputLength: length })
        .update(`${label}\0${taken++}\0${seed}`)
        .digest(),
  }
}
