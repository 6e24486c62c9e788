import { smsGateway } from '../../../adapters/sms/index.ts'
import { FAILOVER, type FailoverPolicy } from '../../../adapters/sms/failover.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { smsInbox } from '../../../sandbox/sms-inbox/main.ts'
import type { CodeMessage } from '../../../src/ports/sms-gateway.ts'

export const TO = '+989121234567'

/** A real inbox over HTTP, gateways that are set to it, and what a test does with both. */
export async function inboxGateways() {
  const inbox = await smsInbox({ port: 0 })
  const table: Record<string, { kind: string; [key: string]: unknown }> = {
    kavenegar: { kind: 'kavenegar', apiKey: 'k', template: 't', baseUrl: inbox.url },
    'sms-ir': { kind: 'sms-ir', apiKey: 'k', templateId: 1, line: 30007732, baseUrl: inbox.url },
    'codes-alone': { kind: 'sms-ir', apiKey: 'k', templateId: 1, baseUrl: inbox.url },
    http: {
      kind: 'http',
      url: `${inbox.url}/http/send`,
      statusUrl: `${inbox.url}/http/status`,
    },
  }
  const told = async (path: string) => (await fetch(`${inbox.url}${path}`)).json()

  return {
    url: inbox.url,
    close: () => inbox.close(),
    gateways: (kinds: readonly string[], policy: Partial<FailoverPolicy> = {}) =>
      smsGateway(
        kinds.map((kind) => table[kind] ?? { kind }),
        { clock },
        { ...FAILOVER, ...policy },
      ),
    fault: (gateway: string, kind: string, more: Record<string, unknown> = {}) =>
      fetch(`${inbox.url}/faults`, {
        method: 'POST',
        body: JSON.stringify({ gateway, kind, ...more }),
      }),
    load: () => told('/load') as Promise<Record<string, number>>,
    messages: (to = '09121234567') =>
      told(`/messages?to=${to}`) as Promise<{ gateway: string; code: string }[]>,
    notices: (to = '09121234567') =>
      told(`/notices?to=${to}`) as Promise<{ gateway: string; text: string }[]>,
  }
}

export type InboxGateways = Awaited<ReturnType<typeof inboxGateways>>

export const message = (code: string, more: Partial<CodeMessage> = {}): CodeMessage => ({
  to: TO,
  code,
  text: `#${code}`,
  locale: 'fa',
  ...more,
})

/** Looks until it is so; fails after five seconds. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 250; look += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it never was so')
}
