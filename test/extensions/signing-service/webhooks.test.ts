import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { exportJWK, generateKeyPair, importJWK, jwtVerify, type JWK } from 'jose'
import { publicPost } from '../../../adapters/http/public-post.ts'
import { webhookDelivery, windowSigner } from '../../../src/extensions/signing-service/index.ts'
import type { SignatureRequest } from '../../../src/ports/signature-request-store.ts'
import { listening, openService, type Site } from './agency.ts'

const ISSUER = 'https://window.example'
let service: Awaited<ReturnType<typeof openService>>
let agency: Site
let publicKey: JWK
let delivery: ReturnType<typeof webhookDelivery>
let status = 202
const got: { readonly type?: string; readonly body: string }[] = []

beforeAll(async () => {
  service = await openService()
  const keys = await generateKeyPair('ES256', { extractable: true })
  publicKey = await exportJWK(keys.publicKey)
  agency = await listening(
    createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        got.push({ type: request.headers['content-type'], body })
        response.writeHead(status).end()
      })
    }),
  )
  delivery = webhookDelivery(
    {
      ...service.ports,
      issuer: ISSUER,
      sign: windowSigner({
        jwks: [
          { ...publicKey, alg: 'ES256', use: 'enc', kid: 'other' },
          { ...(await exportJWK(keys.privateKey)), alg: 'ES256', use: 'sig', kid: 'now' },
        ],
        ...{ cookieKeys: [], pairwiseSecret: new Uint8Array(32) },
      }),
      post: publicPost({ allowInside: true, insideHosts: [] }),
    },
    { waits: [1000, 5000], giveUpAfter: 20_000, lookEvery: 20 },
  )
  delivery.start()
})
afterAll(async () => {
  await delivery.stop()
  await agency.close()
  await service.close()
})

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (await done()) return
    await new Promise((go) => setTimeout(go, 25))
  }
  throw new Error('it did not come')
}

async function ended(state: SignatureRequest['state'], webhook = `${agency.url}/hook`) {
  const { clock, signatureRequests } = service.ports
  const now = clock.now()
  const request = {
    ...{ id: randomUUID(), clientId: 'agency', state: 'ready' as const, signers: [{}] },
    ...{ documents: [], profile: 'B-B' as const, purpose: 'x', webhook },
    ...{ createdAt: now, expiresAt: now + 3600_000 },
  }
  await signatureRequests.add(request, [])
  await signatureRequests.save({ ...request, state, version: 1 }, [])
  return request.id
}

const eventsOf = async (request: string) => {
  await service.ports.events.flush()
  const found = await service.ports.eventLog.list({ limit: 500 })
  return found.filter(({ detail }) => detail?.['request'] === request)
}

describe('webhooks', () => {
  it.each(['signed', 'refused', 'cancelled'] as const)(
    'tell once, in a token that the window has signed, that a request is %s',
    async (state) => {
      got.length = 0
      const request = await ended(state)
      await until(() => got.length > 0)
      expect(got[0]?.type).toBe('application/secevent+jwt')
      const key = await importJWK(publicKey, 'ES256')
      const { payload, protectedHeader } = await jwtVerify(got[0]?.body ?? '', key, {
        ...{ issuer: ISSUER, audience: 'agency', typ: 'secevent+jwt' },
        currentDate: new Date(service.clock.now()),
      })
      expect(protectedHeader.kid).toBe('now')
      expect(payload['events']).toEqual({
        'urn:panjereh:event:signature-request': { request, state, documents: [] },
      })
      service.clock.later(3600_000)
      await new Promise((go) => setTimeout(go, 100))
      expect(got).toHaveLength(1)
    },
  )

  it('come again until they are taken, under the same name', async () => {
    got.length = 0
    status = 500
    await ended('signed')
    await until(() => got.length === 1)
    await new Promise((go) => setTimeout(go, 100))
    expect(got).toHaveLength(1)
    status = 204
    service.clock.later(1000)
    await until(() => got.length === 2)
    const names = got.map(({ body }) => {
      const claims = Buffer.from(body.split('.')[1] ?? '', 'base64url').toString()
      return (JSON.parse(claims) as { jti: string }).jti
    })
    expect(names[0]).toBe(names[1])
  })

  it('end with an event when nobody takes them', async () => {
    got.length = 0
    status = 500
    const request = await ended('signed')
    await until(() => got.length === 1)
    service.clock.later(1000)
    await until(() => got.length === 2)
    await new Promise((go) => setTimeout(go, 50))
    service.clock.later(60_000)
    await until(async () => (await eventsOf(request)).length > 0)
    expect((await eventsOf(request))[0]).toMatchObject({
      ...{ type: 'webhook.undelivered', clientId: 'agency', detail: { tries: 3 } },
    })
    status = 202
  })

  it('come of a request whose time is over, too', async () => {
    got.length = 0
    const { clock, signatureRequests } = service.ports
    const id = randomUUID()
    await signatureRequests.add(
      {
        ...{ id, clientId: 'agency', state: 'open', signers: [{}], documents: [], profile: 'B-B' },
        ...{ purpose: 'x', webhook: `${agency.url}/hook` },
        ...{ createdAt: clock.now(), expiresAt: clock.now() + 1000 },
      },
      [],
    )
    clock.later(1000)
    await until(() => got.length > 0)
    expect(await signatureRequests.find(id)).toMatchObject({ state: 'expired' })
  })
})

describe('calls to addresses of strangers', () => {
  const post = publicPost({ allowInside: false, insideHosts: ['localhost'] })
  const message = { type: 'text/plain', body: 'x' }
  it.each([
    'http://agency.example/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/',
  ])('%s is not called', async (address) => {
    await expect(post(address, message)).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('a redirect is not followed', async () => {
    const site = await listening(
      createServer((_request, response) => {
        response.writeHead(302, { Location: `${agency.url}/hook` }).end()
      }),
    )
    got.length = 0
    expect(await publicPost({ allowInside: true, insideHosts: [] })(site.url, message)).toBe(302)
    expect(got).toEqual([])
    await site.close()
  })
})
