import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Indeterminate, RegistryAnswer } from '../../src/ports/registry-answer.ts'
import { call, parsed } from './call.ts'
import { registryGuard, type GuardNeeds } from './guard.ts'
import type { QuotaBook } from './quota.ts'
import { requestIds } from './request-id.ts'
import type { GsbSettings } from './settings.ts'
import { Unanswered } from './unanswered.ts'

const Count = z.number().int().nonnegative().optional().catch(undefined)
/** The GSB's envelope, of which the registry's own answer is one text. */
const Envelope = z.object({
  isSuccessful: z.boolean(),
  responseStatusCode: z.number().nullish(),
  description: z.string().nullish(),
  responseText: z.string().nullish(),
  usedQuotaStats: z
    .object({ hourlyUsed: Count, dailyUsed: Count, monthlyUsed: Count })
    .nullish()
    .catch(undefined),
})
const Said = z.looseObject({ response: z.number().int(), requestId: z.string() })

/** The bus's own codes. That these are they is an assumption; whatever else comes is not understood. */
const BUS_CODES: Readonly<Record<number, Indeterminate>> = {
  401: 'not_permitted',
  403: 'not_permitted',
  429: 'quota_exhausted',
  503: 'maintenance',
}
/** The registries' codes. 200 is known; the others are assumptions, and none of them is a yes. */
const CODES: Readonly<Record<number, 'match' | 'mismatch' | Indeterminate>> = {
  200: 'match',
  403: 'not_permitted',
  503: 'maintenance',
  600: 'mismatch',
  601: 'multiple',
}
/** Two processes drew one id: the next try has another. */
const DUPLICATE_ID = 301

export interface GsbQuestion<Found> {
  readonly service: string
  /** In the order in which they are written; the request's id comes last. */
  readonly parameters: Readonly<Record<string, string>>
  /** Reads the registry's members on a yes; undefined when they are not whole. */
  read(said: unknown): Found | undefined
  readonly maxBytes?: number
  readonly isKept?: boolean
}

export interface Gsb {
  ask<Found>(question: GsbQuestion<Found>): Promise<RegistryAnswer<Found>>
}

/** A registry behind the Government Service Bus. `verifier`: the adapter's name and version. */
export function gsb(
  { registry, verifier }: { readonly registry: string; readonly verifier: string },
  needs: GuardNeeds,
  settings: GsbSettings,
): Gsb {
  const guard = registryGuard(registry, needs, settings)
  const nextId = requestIds(needs, settings)
  const { url, code, password } = settings

  async function attempt<Found>(
    question: GsbQuestion<Found>,
    signal: AbortSignal,
    quota: QuotaBook,
  ): Promise<RegistryAnswer<Found>> {
    const requestId = nextId()
    const { service, maxBytes } = question
    const parameters = { ...question.parameters, requestId }
    const body = { credential: { code, password }, parameters: listOf(parameters), service }
    const text = await call({ url, body, signal, maxBytes })
    const { data: envelope } = Envelope.safeParse(parsed(text))
    if (envelope === undefined) throw new Unanswered('malformed')
    quota.note(usedOf(envelope))
    if (!envelope.isSuccessful) return refusal(envelope)
    const answerHash = createHash('sha256')
      .update(envelope.responseText ?? '')
      .digest('base64url')
    const receipt = { verifier, requestId, at: needs.clock.now(), answerHash }
    return meaning(question, said(envelope.responseText, requestId), receipt)
  }

  return {
    ask: (question) =>
      guard.ask({
        text:
          question.isKept === false
            ? undefined
            : JSON.stringify([question.service, question.parameters]),
        attempt: (signal, quota) => attempt(question, signal, quota),
      }),
  }
}

function listOf(parameters: Readonly<Record<string, string>>) {
  return Object.entries(parameters).map(([parameterName, parameterValue]) => ({
    parameterName,
    parameterValue,
  }))
}

type Envelope = z.infer<typeof Envelope>

function usedOf({ usedQuotaStats }: Envelope) {
  const { hourlyUsed, dailyUsed, monthlyUsed } = usedQuotaStats ?? {}
  return { hourly: hourlyUsed, daily: dailyUsed, monthly: monthlyUsed }
}

function refusal({ responseStatusCode, description }: Envelope): RegistryAnswer<never> {
  const reason = BUS_CODES[responseStatusCode ?? 0] ?? 'unknown_code'
  const until = Date.parse(description ?? '')
  const retryAt = reason === 'maintenance' && !Number.isNaN(until) ? until : undefined
  return { kind: 'indeterminate', reason, retryAt }
}

/** The answer to this very request, or none. */
function said(responseText: string | null | undefined, requestId: string) {
  const { data } = Said.safeParse(parsed(responseText ?? ''))
  if (data?.requestId !== requestId) throw new Unanswered('malformed')
  return data
}

function meaning<Found>(
  { read }: GsbQuestion<Found>,
  answer: z.infer<typeof Said>,
  receipt: Extract<RegistryAnswer, { kind: 'mismatch' }>['receipt'],
): RegistryAnswer<Found> {
  if (answer.response === DUPLICATE_ID) throw new Unanswered('unknown_code', true)
  const meant = Object.hasOwn(CODES, answer.response) ? CODES[answer.response] : undefined
  if (meant === 'mismatch') return { kind: 'mismatch', receipt }
  if (meant !== 'match') return { kind: 'indeterminate', reason: meant ?? 'unknown_code' }
  const found = read(answer)
  if (found === undefined) throw new Unanswered('malformed')
  return { kind: 'match', found, receipt }
}
