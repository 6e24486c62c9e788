import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Random } from '../../src/ports/random.ts'

/** The operating system's cryptographic generator. */
export const random: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => randomUUID(),
  digits: (length) => Array.from({ length }, () => String(randomInt(10))).join(''),
}
