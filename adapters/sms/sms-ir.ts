import { z } from 'zod'
import type { DeliveryStatus, SmsGateway } from '../../src/ports/sms-gateway.ts'
import { national } from './kavenegar.ts'
import { post, untaken } from './post.ts'

export const SmsIrSettings = z.object({
  kind: z.literal('sms-ir'),
  apiKey: z.string().min(1),
  templateId: z.number().int(),
  /** The name of the template's parameter. */
  parameter: z.string().default('CODE'),
  /** The line of messages without a code; absent: it sends codes alone. */
  line: z.number().int().positive().optional(),
  baseUrl: z.url().default('https://api.sms.ir'),
})

const Sent = z.object({ status: z.literal(1), data: z.object({ messageId: z.number() }) })
const SentMany = z.object({
  status: z.literal(1),
  data: z.object({ messageIds: z.array(z.number()).length(1) }),
})
/** SMS.ir v1: 104, the number is none; 115, it is on their black list. */
const Refused = z.object({ status: z.literal([104, 115]) })
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

/** SMS.ir REST v1: `send/verify`, and `send/bulk` for what is no code. */
export function smsIr({
  apiKey,
  templateId,
  parameter,
  line,
  baseUrl,
}: z.infer<typeof SmsIrSettings>): SmsGateway {
  const headers = {
    'X-API-KEY': apiKey,
    'Content-Type': 'application/json',
    Accept: 'application/json',
  }

  const tell: SmsGateway['tell'] = async ({ to, text }, signal) => {
    const body = JSON.stringify({
      lineNumber: line,
      messageText: text,
      mobiles: [national(to)],
      sendDateTime: null,
    })
    const url = new URL('/v1/send/bulk', baseUrl).href
    const answer = await post({ gateway: 'sms-ir', url, headers, body, signal })
    if (Refused.safeParse(answer.json).success) return 'refused'
    const { data: sent } = SentMany.safeParse(answer.json)
    if (!answer.ok || sent === undefined) throw untaken('sms-ir', answer)
    return { gateway: 'sms-ir', messageId: String(sent.data.messageIds[0]) }
  }

  return {
    name: 'sms-ir',
    ...(line === undefined ? {} : { tell }),
    async send({ to, code }, signal) {
      const body = JSON.stringify({
        mobile: national(to),
        templateId,
        parameters: [{ name: parameter, value: code }],
      })
      const url = new URL('/v1/send/verify', baseUrl).href
      const answer = await post({ gateway: 'sms-ir', url, headers, body, signal })
      if (Refused.safeParse(answer.json).success) return 'refused'
      const { data: sent } = Sent.safeParse(answer.json)
      if (!answer.ok || sent === undefined) throw untaken('sms-ir', answer)
      return { gateway: 'sms-ir', messageId: String(sent.data.messageId) }
    },
    async status(messageId, signal) {
      const url = new URL(`/v1/send/${encodeURIComponent(messageId)}`, baseUrl).href
      const answer = await post({ gateway: 'sms-ir', url, headers, method: 'GET', signal })
      const report = Report.safeParse(answer.json)
      return STATES[report.data?.data.deliveryState ?? -1] ?? 'unknown'
    },
  }
}
