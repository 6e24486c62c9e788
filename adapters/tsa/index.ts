import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'
import type { Digest, TimestampAuthority } from '../../src/ports/timestamp-authority.ts'
import { timestampRequest } from '../../src/signing/cms/timestamp-token.ts'
import { caller } from './call.ts'
import type { TsaSettings } from './settings.ts'
import { goodToken, type Trusts } from './token.ts'

export { TsaSettings } from './settings.ts'
export type { Trusts } from './token.ts'

export interface TsaNeeds {
  readonly clock: Clock
  readonly random: Random
  /** Absent: any certificate that is for stamping is taken, as long as nobody can change what the network
   *  carries. */
  readonly trusts?: Trusts
}

type Authority = TsaSettings['authorities'][number]

const NONCE_BYTES = 16
/** Less time than this is not worth a call, nor fair to the authority's record. */
const SHORTEST_MS = 50

/** Time stamps by RFC 3161 over HTTP: the authorities in order, each with a deadline, and one that keeps failing
 *  is left alone for a while. */
export function timestampAuthority(settings: TsaSettings, needs: TsaNeeds): TimestampAuthority {
  const { clock, random, trusts } = needs
  const { authorities, policy, eachMs, allMs, skewMs } = settings
  const call = caller()
  const guarded = authorities.map((authority) => ({ authority, breaker: breakerOf(settings) }))

  interface Question {
    readonly digest: Digest
    readonly nonce: Uint8Array
  }
  async function attempt({ url, authorization }: Authority, question: Question, ms: number) {
    const { digest, nonce } = question
    const response = await call({
      url,
      authorization,
      request: timestampRequest({ digest, nonce, policy }),
      signal: AbortSignal.timeout(ms),
    })
    const { host } = new URL(url)
    return goodToken(response, { host, digest, nonce, policy, now: clock.now(), skewMs, trusts })
  }

  return {
    async stamp(digest, given) {
      const end = clock.now() + allMs
      const faults: unknown[] = []
      for (const { authority, breaker } of guarded) {
        const ms = Math.min(eachMs, end - clock.now())
        if (ms < SHORTEST_MS) break
        try {
          const nonce = given ?? random.bytes(NONCE_BYTES)
          return await breaker.execute(() => attempt(authority, { digest, nonce }, ms))
        } catch (error) {
          faults.push(error)
        }
      }
      throw new UpstreamUnavailable('tsa', 'no authority gave a good time stamp', {
        cause: new AggregateError(faults),
      })
    },
  }
}

function breakerOf({ failures, pauseMs }: TsaSettings) {
  return circuitBreaker(handleAll, {
    halfOpenAfter: pauseMs,
    breaker: new ConsecutiveBreaker(failures),
  })
}
