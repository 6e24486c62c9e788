import { z } from 'zod'
import type { DeliveryStatus, SmsGateway } from '../../src/ports/sms-gateway.ts'
import { post, untaken } from './post.ts'

export const KavenegarSettings = z.object({
  kind: z.literal('kavenegar'),
  apiKey: z.string().min(1),
  /** Approved beforehand; its `%token` is the code. */
  template: z.string().min(1),
  /** The template of English messages; the Persian one when absent. */
  templateEn: z.string().optional(),
  /** The line of messages without a code; the account's own when absent. */
  sender: z.string().optional(),
  baseUrl: z.url().default('https://api.kavenegar.com'),
})

const Answer = z.object({
  return: z.object({ status: z.number() }),
  entries: z.array(z.object({ messageid: z.number(), status: z.number().optional() })).nullish(),
})

/** Kavenegar REST v1, message statuses. */
const STATUSES: Readonly<Record<number, DeliveryStatus>> = {
  1: 'pending',
  2: 'pending',
  4: 'pending',
  5: 'pending',
  6: 'failed',
  10: 'delivered',
  11: 'failed',
  13: 'failed',
  14: 'failed',
}

/** Kavenegar REST v1: the receptor is not one. */
const RECEPTOR_REFUSED = 411

/** Kavenegar REST v1: `verify/lookup.json` on the service line, which reaches people who block advertising;
 *  other texts by `sms/send.json`. */
export function kavenegar(settings: z.infer<typeof KavenegarSettings>): SmsGateway {
  const { apiKey, template, templateEn = template, sender, baseUrl } = settings

  async function call(path: string, fields: Record<string, string>, signal?: AbortSignal) {
    const url = new URL(`/v1/${encodeURIComponent(apiKey)}/${path}`, baseUrl).href
    const body = new URLSearchParams(fields)
    const answer = await post({ gateway: 'kavenegar', url, body, signal })
    const { data } = Answer.safeParse(answer.json)
    if (data?.return.status === RECEPTOR_REFUSED) return 'refused'
    const entry = data?.entries?.[0]
    if (!answer.ok || data?.return.status !== 200 || !entry) throw untaken('kavenegar', answer)
    return entry
  }

  return {
    name: 'kavenegar',
    async send({ to, code, locale }, signal) {
      const fields = {
        receptor: national(to),
        template: locale === 'fa' ? template : templateEn,
        token: code,
      }
      const entry = await call('verify/lookup.json', fields, signal)
      if (entry === 'refused') return 'refused'
      return { gateway: 'kavenegar', messageId: String(entry.messageid) }
    },
    async tell({ to, text }, signal) {
      const fields = { receptor: national(to), message: text, ...(sender ? { sender } : {}) }
      const entry = await call('sms/send.json', fields, signal)
      if (entry === 'refused') return 'refused'
      return { gateway: 'kavenegar', messageId: String(entry.messageid) }
    },
    async status(messageid, signal) {
      const entry = await call('sms/status.json', { messageid }, signal)
      return entry === 'refused' ? 'unknown' : (STATUSES[entry.status ?? -1] ?? 'unknown')
    },
  }
}

/** 0912… for Iranian numbers, 00… for others. */
export function national(e164: string): string {
  return e164.startsWith('+98') ? `0${e164.slice(3)}` : `00${e164.slice(1)}`
}
