import { z } from 'zod'
import type { SmsGateway, TextMessage } from '../../src/ports/sms-gateway.ts'
import { post, untaken } from './post.ts'

export const HttpSettings = z.object({
  kind: z.literal('http'),
  name: z.string().default('http'),
  url: z.url(),
  /** `Authorization`, when the gateway wants one. */
  authorization: z.string().optional(),
  /** Asked with `?id=` for what became of a message; absent: nobody knows. */
  statusUrl: z.url().optional(),
})

const Sent = z.object({ id: z.string() })
const Refused = z.object({ refused: z.literal(true) })
const Report = z.object({ status: z.enum(['pending', 'delivered', 'failed', 'unknown']) })

/** A gateway of one's own: `POST {to, text, code, locale}` (without `code` where there is none) is answered by `{id}`, or by `{refused: true}`
 *  with any status when it does not send to this number. */
export function http({
  name,
  url,
  authorization,
  statusUrl,
}: z.infer<typeof HttpSettings>): SmsGateway {
  const headers = {
    'Content-Type': 'application/json',
    ...(authorization ? { Authorization: authorization } : {}),
  }
  async function sent(message: TextMessage & { readonly code?: string }, signal?: AbortSignal) {
    const { to, text, code, locale } = message
    const body = JSON.stringify({ to, text, code, locale })
    const answer = await post({ gateway: name, url, headers, body, signal })
    if (Refused.safeParse(answer.json).success) return 'refused'
    const { data } = Sent.safeParse(answer.json)
    if (!answer.ok || data === undefined) throw untaken(name, answer)
    return { gateway: name, messageId: data.id }
  }
  return {
    name,
    send: sent,
    tell: sent,
    async status(messageId, signal) {
      if (statusUrl === undefined) return 'unknown'
      const asked = new URL(statusUrl)
      asked.searchParams.set('id', messageId)
      const answer = await post({ gateway: name, url: asked.href, headers, method: 'GET', signal })
      const report = Report.safeParse(answer.json)
      return report.data?.status ?? 'unknown'
    },
  }
}
