import { expect, it } from '@jest/globals'
import { sweepRequests } from '../../../src/extensions/signing-service/retention.ts'
import { pdf, type Answer, type Hosted } from './hosted-site.ts'

/** What agencies see of their requests, whom they name, and how long it is kept. */
export function requestCases(site: () => Hosted): void {
  it('lists the agency’s own requests, newest first, page by page', async () => {
    site().service.bearers.set('lister', { clientId: 'lister', scopes: ['signing'] })
    const list = (query: string) => site().call('GET', `/requests${query}`, { token: 'lister' })
    expect((await list('')).body).toEqual({ requests: [] })
    const ids: string[] = []
    for (const purpose of ['one', 'two', 'three']) {
      site().service.clock.later(1)
      const { body } = await site().call('POST', '/requests', {
        token: 'lister',
        json: { purpose },
      })
      ids.unshift(String(body['id']))
    }
    const idsIn = ({ body }: Answer) => (body['requests'] as { id: string }[]).map(({ id }) => id)
    const first = await list('?limit=2')
    expect(idsIn(first)).toEqual(ids.slice(0, 2))
    const second = await list(`?limit=2&cursor=${String(first.body['next_cursor'])}`)
    expect(idsIn(second)).toEqual(ids.slice(2))
    expect(second.body).not.toHaveProperty('next_cursor')
    await site().call('POST', `/requests/${ids[1]}/cancel`, { token: 'lister' })
    expect(idsIn(await list('?state=cancelled'))).toEqual([ids[1]])
    for (const query of ['?state=gone', '?limit=0', '?limit=101', '?cursor=x', '?more=1'])
      expect(await list(query)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  it('takes signers by their national ID, and never writes it down', async () => {
    const number = '9990000018'
    const json = { purpose: 'x', signers: [{ national_id: number }, {}] }
    const { status, body } = await site().call('POST', '/requests', { json })
    expect(status).toBe(201)
    expect(body['signers']).toEqual([{ named_by: 'national_id' }, {}])
    const kept = await site().service.ports.signatureRequests.find(String(body['id']))
    expect(kept?.signers[0]).toEqual({ nationalIdHash: expect.any(String) as unknown })
    expect(JSON.stringify([kept, body])).not.toContain(number)
    const cases = [
      [{ national_id: '9990000019' }],
      [{ national_id: number, sub: 'agency/x' }],
      [{ national_id: number }, { national_id: number }],
    ]
    for (const signers of cases) {
      const refused = await site().call('POST', '/requests', { json: { purpose: 'x', signers } })
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
      expect(JSON.stringify(refused.body)).not.toContain(number)
    }
  })

  it('is swept with its documents when it has been kept long enough, and not before', async () => {
    const id = await site().created({ expires_in: 60 })
    await site().uploaded(id)
    const request = (await site().service.ports.signatureRequests.find(id))!
    await site().service.ports.signatureRequests.save({ ...request, state: 'signed' }, [])
    const before = await site().files()
    site().service.clock.later(60_000 + 30 * 86_400_000)
    await sweepRequests(site().service.ports, 30)
    expect(await site().call('GET', `/requests/${id}`)).toMatchObject({ status: 200 })
    const kept = await fetch(`${site().url}/signing/v1/requests/${id}/documents/1`, {
      headers: { Authorization: 'Bearer agency' },
    })
    expect(Buffer.from(await kept.arrayBuffer()).equals(pdf)).toBe(true)
    site().service.clock.later(1)
    expect(await sweepRequests(site().service.ports, 30)).toBeGreaterThan(0)
    expect(await site().call('GET', `/requests/${id}`)).toMatchObject({ status: 404 })
    expect(await site().files()).toBeLessThan(before)
    expect(await site().eventsOf(id)).toContain('signature_request.swept')
  })
}
