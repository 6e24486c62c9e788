import { z } from 'zod'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { DeliveryStatus, SmsGateway } from '../../src/ports/sms-gateway.ts'
import { national } from './kavenegar.ts'
import { post } from './post.ts'

export const SmsIrSettings = z.object({
  kind: z.literal('sms-ir'),
  apiKey: z.string().min(1),
  templateId: z.number().int(),
  /** The name of the template's parameter. */
  parameter: z.string().default('CODE'),
  baseUrl: z.url().default('https://api.sms.ir'),
})

const Sent = z.object({ status: z.literal(1), data: z.object({ messageId: z.number() }) })
const Report = z.object({
  status: z.literal(1),
  data: z.object({ deliveryState: z.number().nullish() }),
})

/** SMS.ir v1 delivery states. */
const STATES: Readonly<Record<number, DeliveryStatus>> = {
  1: 'delivered',
  2: 'failed',
  3: 'pending',
  4: 'failed',
  5: 'pending',
  6: 'failed',
  7: 'failed',
}

/** SMS.ir REST v1: `send/verify`. */
export function smsIr({
  apiKey,
  templateId,
  parameter,
  baseUrl,
}: z.infer<typeof SmsIrSettings>): SmsGateway {
  const headers = {
    'X-API-KEY': apiKey,
    'Content-Type': 'application/json',
    Accept: 'application/json',
  }

  return {
    name: 'sms-ir',
    async send({ to, code }) {
      const body = {
        mobile: national(to),
        templateId,
        parameters: [{ name: parameter, value: code }],
      }
      const url = new URL('/v1/send/verify', baseUrl).href
      const answer = await post({ gateway: 'sms-ir', url, headers, body: JSON.stringify(body) })
      const sent = Sent.safeParse(answer)
      if (!sent.success) throw new UpstreamUnavailable('sms-ir', 'the message was not taken')
      return { gateway: 'sms-ir', messageId: String(sent.data.data.messageId) }
    },
    async status(messageId) {
      const url = new URL(`/v1/send/${encodeURIComponent(messageId)}`, baseUrl).href
      const report = Report.safeParse(
        await post({ gateway: 'sms-ir', url, headers, method: 'GET' }),
      )
      return STATES[report.data?.data.deliveryState ?? -1] ?? 'unknown'
    },
  }
}
