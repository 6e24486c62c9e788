import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import Koa from 'koa'
import { accountRoutes, type AccountNeeds } from '../../../src/extensions/account/index.ts'
import type { Session } from '../../../src/extensions/account/needs.ts'
import { en } from '../../../src/extensions/account/text/en.ts'
import type { Passkey } from '../../../src/ports/authenticator-store.ts'
import type { ServiceEvent } from '../../../src/ports/event-sink.ts'
import type { SigningCredential } from '../../../src/ports/signing-credential-store.ts'
import { loadAssets } from '../../../src/pages/assets.ts'

const NOW = 1_800_000_000_000
const seconds = NOW / 1000
const CREDENTIAL: SigningCredential = {
  ...{ id: 'c1', subjectId: 's1', keyId: 'k1', alg: 'ES256', protection: 'software' },
  certificateChain: [],
  passkeys: ['p1', 'p2'],
  createdAt: NOW - 1000,
  expiresAt: NOW + 1000,
}

const told: ServiceEvent[] = []
const removed: string[] = []
let session: Session | undefined
let credentials: SigningCredential[]
let passkeys: Passkey[]
let isAway: boolean
let server: Server
let url: string

const needs = (): AccountNeeds => ({
  ports: {
    activations: { add: never, find: never, spend: never, spent: never },
    authenticators: {
      ...{ add: never, find: never, used: never },
      ofSubject: async (subjectId) => passkeys.filter((one) => one.subjectId === subjectId),
      remove: async (subjectId, id) => void removed.push(`${subjectId} ${id}`),
    },
    clients: { find: never, put: never, remove: never, count: never, list: never },
    clock: { now: () => NOW },
    events: {
      record: async (...some) => void told.push(...some),
      enqueue: () => undefined,
      flush: async () => undefined,
    },
    evidence: { keep: never, keepIdentity: never, ofSubject: async () => [] },
    signatureRequests: {
      ...{ add: never, find: never, save: never, overdue: never },
      ...{ ofClient: never, outlived: never, remove: never },
    },
    signingCredentials: {
      ...{ add: never, find: never, bindPasskey: never, revoke: never, untold: never, told: never },
      ofSubject: async (subjectId) => credentials.filter((one) => one.subjectId === subjectId),
    },
  },
  sessions: {
    of: async () => session,
    signInPath: ({ rank, maxAge, state }) => `/in?${rank}.${maxAge ?? 'any'}.${state}`,
  },
  async revoke(credential, reason) {
    const revoked = { at: NOW, reason }
    credentials = credentials.map((one) => (one.id === credential.id ? { ...one, revoked } : one))
    return !isAway
  },
  clientId: 'own',
  form: {
    token: (uid) => `token of ${uid}`,
    async read(ctx, uid) {
      const pieces: Buffer[] = []
      for await (const piece of ctx.req) pieces.push(piece as Buffer)
      const input = Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString()))
      return input['csrf'] === `token of ${uid}` ? input : undefined
    },
  },
  requestId: () => 'r1',
  pageProps: () => ({ locale: 'en', assets: loadAssets() }),
})

async function never(): Promise<never> {
  throw new Error('nobody asks for this')
}

beforeAll(async () => {
  const app = new Koa().use(accountRoutes(needs()).routes())
  const handle = app.callback()
  server = createServer((req, res) => void handle(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  told.length = 0
  removed.length = 0
  isAway = false
  credentials = [CREDENTIAL, { ...CREDENTIAL, id: 'c2', subjectId: 's2', passkeys: ['p3'] }]
  passkeys = []
  session = { uid: 'u1', subjectId: 's1', rank: 3, provedAt: seconds - 10 }
})

const get = (path: string) => fetch(`${url}${path}`, { redirect: 'manual' })
const post = (fields: Record<string, string>, path = '/account/revoke') =>
  fetch(`${url}${path}`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) },
  })
const whereTo = (answer: Response) => [answer.status, answer.headers.get('location')]
const GOOD = { csrf: 'token of u1', reason: 'lost_device' }

describe('the way to the pages', () => {
  it.each([
    ['nobody is signed in', undefined, '/account', '/in?2.any.list'],
    ['level 1 alone', { rank: 1, provedAt: seconds }, '/account', '/in?2.any.list'],
    [
      'level 1 alone, to revoke',
      { rank: 1, provedAt: seconds },
      '/account/revoke',
      '/in?2.any.revoke',
    ],
    [
      'an old proof, to revoke',
      { rank: 3, provedAt: seconds - 301 },
      '/account/revoke',
      '/in?1.299.revoke',
    ],
  ])('is by signing in: %s', async (_why, other, path, to) => {
    session = other && { uid: 'u1', subjectId: 's1', ...other }
    expect(whereTo(await get(path))).toEqual([303, to])
  })

  it('needs no young proof to look', async () => {
    session = { uid: 'u1', subjectId: 's1', rank: 2, provedAt: 1 }
    const answer = await get('/account')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('leads back to where it began, and nowhere else', async () => {
    expect(whereTo(await get('/account/back?code=x&state=revoke'))[1]).toBe('/account/revoke')
    expect(whereTo(await get('/account/back?code=x&state=passkeys'))[1]).toBe('/account/passkeys')
    for (const state of ['https://evil', 'back', 'constructor'])
      expect(whereTo(await get(`/account/back?code=x&state=${state}`))[1]).toBe('/account')
  })

  it('says what to do when it was left', async () => {
    const left = await (await get('/account/back?error=access_denied')).text()
    expect(left).toContain(en.outside.text.left)
    const unmet = await get('/account/back?error=unmet_authentication_requirements')
    expect(await unmet.text()).toContain(en.outside.text.unmet)
  })
})

describe('to revoke', () => {
  it('takes all that is the person’s, with its passkeys, and nothing of anybody else', async () => {
    expect(whereTo(await post(GOOD))).toEqual([303, '/account?done=told'])
    expect(credentials.map(({ id, revoked }) => [id, revoked?.reason])).toEqual([
      ['c1', 'cessation_of_operation'],
      ['c2', undefined],
    ])
    expect(removed).toEqual(['s1 p1', 's1 p2'])
    expect(told).toEqual(
      Array.from({ length: 2 }, () => ({
        ...{ type: 'authenticator.removed', at: NOW, subjectId: 's1' },
        ...{ clientId: 'own', requestId: 'r1' },
      })),
    )
    expect(await (await get('/account?done=told')).text()).toContain(en.done.told)
  })

  it('says when the authority is to be told later', async () => {
    isAway = true
    expect(whereTo(await post(GOOD))).toEqual([303, '/account?done=later'])
    expect(await (await get('/account?done=later')).text()).toContain(en.done.later)
  })

  it.each([
    ['another page’s form', { ...GOOD, csrf: 'token of u2' }],
    ['no token', { reason: 'not_me' }],
  ])('does nothing for %s', async (_what, fields) => {
    expect(whereTo(await post(fields))).toEqual([303, '/account/revoke'])
    expect(credentials[0]?.revoked).toBeUndefined()
  })

  it('asks why', async () => {
    const answer = await post({ csrf: GOOD.csrf, reason: 'constructor' })
    expect(await answer.text()).toContain(en.revoke.missing)
    expect(credentials[0]?.revoked).toBeUndefined()
  })

  it('asks for a proof again when the form was filled in too slowly', async () => {
    session = { uid: 'u1', subjectId: 's1', rank: 2, provedAt: seconds - 400 }
    expect(whereTo(await post(GOOD))[1]).toBe('/in?1.299.revoke')
    expect(credentials[0]?.revoked).toBeUndefined()
  })

  it('is not offered where nothing is in force', async () => {
    credentials = []
    expect(whereTo(await get('/account/revoke'))).toEqual([303, '/account'])
  })
})

describe('to remove a passkey', () => {
  const PATH = '/account/passkeys'
  const passkey = (credentialId: string, createdAt: number, subjectId = 's1'): Passkey => ({
    ...{ credentialId, subjectId, createdAt, publicKey: '', counter: 0 },
    ...{ transports: [], isBackedUp: false },
  })
  beforeEach(() => {
    passkeys = [
      passkey('p1', NOW),
      passkey('p4', NOW - 2),
      passkey('p5', NOW - 1),
      passkey('p6', NOW, 's2'),
    ]
  })
  const remove = (id: string, csrf = GOOD.csrf) => post({ csrf, passkey: id }, PATH)

  it('shows those for signing in alone, the newest first', async () => {
    const page = await (await get(PATH)).text()
    expect([...page.matchAll(/value="(p\d)"/g)].map(([, id]) => id)).toEqual(['p5', 'p4'])
  })

  it('removes the one that was chosen, and says so', async () => {
    expect(whereTo(await remove('p4'))).toEqual([303, '/account?done=removed'])
    expect(removed).toEqual(['s1 p4'])
    expect(told).toEqual([
      {
        ...{ type: 'authenticator.removed', at: NOW, subjectId: 's1' },
        ...{ clientId: 'own', requestId: 'r1' },
      },
    ])
    expect(await (await get('/account?done=removed')).text()).toContain(en.done.removed)
  })

  it.each([
    ['one that releases signatures', 'p1'],
    ['somebody else’s', 'p6'],
    ['none', ''],
  ])('does not take %s', async (_what, id) => {
    expect(await (await remove(id)).text()).toContain(en.remove.missing)
    expect([removed, told]).toEqual([[], []])
  })

  it('needs the page’s own form and a young proof', async () => {
    expect(whereTo(await remove('p4', 'token of u2'))).toEqual([303, PATH])
    session = { uid: 'u1', subjectId: 's1', rank: 2, provedAt: seconds - 400 }
    expect(whereTo(await remove('p4'))[1]).toBe('/in?1.299.passkeys')
    expect(removed).toEqual([])
  })

  it('takes one whose certificate is revoked', async () => {
    credentials = [{ ...CREDENTIAL, revoked: { at: NOW, reason: 'superseded' } }]
    expect(whereTo(await remove('p1'))).toEqual([303, '/account?done=removed'])
  })

  it('is not offered where there is none', async () => {
    passkeys = []
    expect(whereTo(await get(PATH))).toEqual([303, '/account'])
    expect(await (await get('/account')).text()).toContain(en.noSignInPasskeys)
  })
})
