import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { smsInbox, type RunningInbox } from '../../sandbox/sms-inbox/main.ts'

let inbox: RunningInbox
beforeAll(async () => {
  inbox = await smsInbox({ port: 0 })
})
afterAll(() => inbox.close())

const post = (path: string, body: string, type = 'application/json') =>
  fetch(inbox.url + path, { method: 'POST', body, headers: { 'content-type': type } })
const get = async (path: string, headers: Record<string, string> = {}) =>
  fetch(inbox.url + path, { headers })
const fault = (order: Record<string, unknown>) => post('/faults', JSON.stringify(order))
const lookup = (receptor: string) =>
  post('/v1/key/verify/lookup.json', `receptor=${receptor}&token=123456&template=t`, 'text/plain')

describe('the SMS inbox', () => {
  it('shows what came, newest first, in both languages', async () => {
    await lookup('09120000001')
    await lookup('09120000002')
    for (const [lang, word] of [
      ['fa', 'رونوشت رمز'],
      ['en', 'Copy the code'],
    ] as const) {
      const html = await (await get(`/?lang=${lang}`)).text()
      expect(html).toContain(`lang="${lang}"`)
      expect(html).toContain(word)
      expect(html.indexOf('09120000002')).toBeLessThan(html.indexOf('09120000001'))
      expect(html).toContain(`href="/?lang=${lang === 'fa' ? 'en' : 'fa'}"`)
    }
    expect(await (await get('/', { 'accept-language': 'en-GB' })).text()).toContain('lang="en"')
    expect(await (await get('/?lang=xx')).text()).toContain('lang="fa"')
  })

  it('shows a message as text and runs nothing of it', async () => {
    const text = '<script>alert(1)</script>'
    await post('/http/send', JSON.stringify({ to: '+98912', code: '1', text }))
    const page = await get('/')
    expect(await page.text()).not.toContain(text)
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  })

  it.each(['/faults', '/http/send', '/v1/send/verify', '/v1/key/verify/lookup.json'])(
    'reads a bounded body at %s',
    async (path) => {
      expect((await post(path, 'x'.repeat(20_000))).status).toBe(413)
    },
  )

  it.each(['/faults', '/http/send', '/v1/send/verify'])('refuses nonsense at %s', async (path) => {
    for (const body of ['', '{', 'null', '[]', '{"gateway":"pigeon","kind":"down"}'])
      expect((await post(path, body)).status).toBe(400)
  })

  it('answers as Kavenegar does', async () => {
    const sent = (await (await lookup('09120000003')).json()) as {
      return: { status: number }
      entries: { messageid: number; receptor: string }[]
    }
    expect(sent).toMatchObject({
      return: { status: 200 },
      entries: [{ receptor: '09120000003', status: 5, cost: expect.any(Number) }],
    })
    const id = sent.entries[0]?.messageid ?? 0
    const status = await post('/v1/key/sms/status.json', `messageid=${id}`, 'text/plain')
    expect(await status.json()).toMatchObject({ entries: [{ messageid: id, status: 10 }] })
  })

  it('answers as SMS.ir does', async () => {
    const parameters = [{ name: 'CODE', value: '654321' }]
    const body = JSON.stringify({ mobile: '09120000004', templateId: 1, parameters })
    const sent = (await (await post('/v1/send/verify', body)).json()) as {
      data: { messageId: number }
    }
    expect(sent).toMatchObject({ status: 1, data: { messageId: expect.any(Number) } })
    expect(await (await get(`/v1/send/${sent.data.messageId}`)).json()).toMatchObject({
      status: 1,
      data: { deliveryState: 1 },
    })
    const unknown = await get('/v1/send/999999')
    expect(unknown.status).toBe(400)
    expect(await unknown.json()).toMatchObject({ status: 111 })
  })

  it('fails on request, for one number or for all, and gets well again', async () => {
    await fault({ gateway: 'kavenegar', kind: 'refuse', to: '+989120000005' })
    expect((await lookup('09120000005')).status).toBe(411)
    expect((await lookup('09120000006')).status).toBe(200)
    await fault({ gateway: 'kavenegar', kind: 'down' })
    expect((await lookup('09120000006')).status).toBe(503)
    await fault({ gateway: 'kavenegar', kind: 'undelivered' })
    expect((await lookup('09120000007')).status).toBe(200)
    expect(await (await get('/messages?to=09120000007')).json()).toEqual([])
    await fault({ gateway: 'kavenegar', kind: 'none' })
    await lookup('09120000007')
    expect(await (await get('/messages?to=09120000007')).json()).toHaveLength(1)
  })
})
