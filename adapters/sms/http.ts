import { z } from 'zod'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { SmsGateway } from '../../src/ports/sms-gateway.ts'
import { post } from './post.ts'

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
const Report = z.object({ status: z.enum(['pending', 'delivered', 'failed', 'unknown']) })

/** A gateway of one's own: `POST {to, text, code, locale}` is answered by `{id}`. */
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
  return {
    name,
    async send({ to, text, code, locale }) {
      const body = JSON.stringify({ to, text, code, locale })
      const sent = Sent.safeParse(await post({ gateway: name, url, headers, body }))
      if (!sent.success) throw new UpstreamUnavailable(name, 'the message was not taken')
      return { gateway: name, messageId: sent.data.id }
    },
    async status(messageId) {
      if (statusUrl === undefined) return 'unknown'
      const asked = new URL(statusUrl)
      asked.searchParams.set('id', messageId)
      const report = Report.safeParse(
        await post({ gateway: name, url: asked.href, headers, method: 'GET' }),
      )
      return report.data?.status ?? 'unknown'
    },
  }
}
