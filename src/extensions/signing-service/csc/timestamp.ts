import { z } from 'zod'
import type { Digest } from '../../../ports/timestamp-authority.ts'
import { base64In, SHA256 } from './algorithms.ts'
import { cscError, invalid, isCscError } from './errors.ts'
import type { CscNeeds, Person } from './needs.ts'

export const TimestampRequest = z.object({
  hash: z.string().max(128),
  hashAlgo: z.string().max(64),
  /** Hexadecimal: a large number that comes back in the token. */
  nonce: z
    .string()
    .regex(/^[0-9A-Fa-f]{1,64}$/)
    .optional(),
  clientData: z.string().max(2048).optional(),
})

const HASHES: Readonly<Record<string, readonly [Digest['algorithm'], number]>> = {
  [SHA256]: ['SHA-256', 32],
  '2.16.840.1.101.3.4.2.2': ['SHA-384', 48],
  '2.16.840.1.101.3.4.2.3': ['SHA-512', 64],
}
const LIMIT = { name: 'csc_timestamps', points: 600, seconds: 60 }

/** Section 11.13. Without a nonce of the caller's, ours guards the way to the authority; either is checked. */
export function timestampCall({ ports, signing }: Pick<CscNeeds, 'ports' | 'signing'>) {
  const { clock, events, limiter } = ports
  return async (person: Person, asked: z.infer<typeof TimestampRequest>) => {
    const { clientId, subjectId } = person
    const [algorithm, length] = HASHES[asked.hashAlgo] ?? []
    if (algorithm === undefined) return invalid('Invalid parameter hashAlgo')
    if (asked.hash === '') return invalid('Empty hash parameter')
    const value = base64In(asked.hash, 'hash')
    if (isCscError(value)) return value
    if (value.length !== length) return invalid('Invalid digest value length')
    if (!(await limiter.take(LIMIT, clientId)).allowed) return TOO_MANY
    const nonce = asked.nonce === undefined ? undefined : numberIn(asked.nonce)
    const token = await signing.timestamps.stamp({ algorithm, value }, nonce)
    await events.record({ type: 'timestamp.given', at: clock.now(), clientId, subjectId })
    return { timestamp: Buffer.from(token).toString('base64') }
  }
}

const TOO_MANY = cscError('temporarily_unavailable', 'Too many requests: wait a minute')

/** Big-endian octets. */
const numberIn = (hex: string) =>
  Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
