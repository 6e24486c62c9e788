import { z } from 'zod'
import type { Digest } from '../../../ports/timestamp-authority.ts'
import { SHA256 } from './algorithms.ts'
import { invalid } from './errors.ts'
import type { CscNeeds, Person } from './needs.ts'

export const TimestampRequest = z.object({
  hash: z.string().max(128),
  hashAlgo: z.string().max(64),
  nonce: z.string().max(128).optional(),
  clientData: z.string().max(2048).optional(),
})

const HASHES: Readonly<Record<string, readonly [Digest['algorithm'], number]>> = {
  [SHA256]: ['SHA-256', 32],
  '2.16.840.1.101.3.4.2.2': ['SHA-384', 48],
  '2.16.840.1.101.3.4.2.3': ['SHA-512', 64],
}
const LIMIT = { name: 'csc_timestamps', points: 600, seconds: 60 }

/** Section 11.12. The nonce of RFC 3161 is ours: it guards the way to the authority, and is checked already. */
export function timestampCall({ ports, timestamps }: Pick<CscNeeds, 'ports' | 'timestamps'>) {
  const { clock, events, limiter } = ports
  return async (person: Person, asked: z.infer<typeof TimestampRequest>) => {
    const { clientId, subjectId } = person
    if (asked.nonce !== undefined) return invalid('Invalid parameter nonce: it is not passed on')
    const [algorithm, length] = HASHES[asked.hashAlgo] ?? []
    if (algorithm === undefined) return invalid('Invalid parameter hashAlgo')
    const value = Buffer.from(asked.hash, 'base64')
    if (value.toString('base64') !== asked.hash)
      return invalid('Invalid Base64 hash string parameter')
    if (value.length !== length) return invalid('Invalid digest value length')
    if (!(await limiter.take(LIMIT, clientId)).allowed) return invalid('Too many requests')
    const token = await timestamps.stamp({ algorithm, value })
    await events.record({ type: 'timestamp.given', at: clock.now(), clientId, subjectId })
    return { timestamp: Buffer.from(token).toString('base64') }
  }
}
