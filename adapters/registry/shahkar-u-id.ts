import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { RegistryAnswer } from '../../src/ports/registry-answer.ts'
import type { SubscriberRegistry } from '../../src/ports/subscriber-registry.ts'
import { call, parsed } from './call.ts'
import { registryGuard, type GuardNeeds } from './guard.ts'
import { nationalNumber } from './mobile.ts'
import { GuardSettings } from './settings.ts'
import { Unanswered } from './unanswered.ts'

export const ShahkarUIdSettings = GuardSettings.extend({
  kind: z.literal('shahkar-u-id'),
  url: z.url(),
  apiKey: z.string().min(1),
})

const Answer = z.object({
  isMatched: z.boolean(),
  responseContext: z.object({ status: z.object({ code: z.number().int() }) }),
})
const WELL = 0
const NO_SUCH_NATIONAL_ID = 3

/** Shahkar by way of a reseller (u-id.net v1.1.0), who knows national IDs alone. */
export function shahkarUId(
  needs: GuardNeeds,
  settings: z.infer<typeof ShahkarUIdSettings>,
): SubscriberRegistry {
  const { clock, random } = needs
  const guard = registryGuard('subscribers', needs, settings)
  const headers = { Authorization: `Bearer ${settings.apiKey}` }

  async function attempt(body: unknown, signal: AbortSignal): Promise<RegistryAnswer> {
    const text = await call({ url: settings.url, headers, body, signal })
    const { data } = Answer.safeParse(parsed(text))
    if (data === undefined) throw new Unanswered('malformed')
    const { code } = data.responseContext.status
    const answerHash = createHash('sha256').update(text).digest('base64url')
    const at = clock.now()
    const receipt = { verifier: 'shahkar-u-id/1', requestId: random.uuid(), at, answerHash }
    if (code === NO_SUCH_NATIONAL_ID) return { kind: 'mismatch', receipt }
    if (code !== WELL) return { kind: 'indeterminate', reason: 'unknown_code' }
    return data.isMatched ? { kind: 'match', found: true, receipt } : { kind: 'mismatch', receipt }
  }

  return {
    async owns({ type, value: nationalId }, mobile) {
      const mobileNumber = nationalNumber(mobile)
      if (type !== 'national_id' || mobileNumber === undefined) {
        return { kind: 'indeterminate', reason: 'not_permitted' }
      }
      const body = { nationalId, mobileNumber }
      return guard.ask({ text: JSON.stringify(body), attempt: (signal) => attempt(body, signal) })
    },
  }
}
