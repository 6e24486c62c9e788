import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { freePort } from '../support/free-port.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const AFTER = 'https://rp.example/after'
const SOON = { waits: [50], giveUpAfter: 60_000, lookEvery: 50 }

let agency: Server
let told: string[]
let isDown: boolean
let client: ReturnType<typeof webClient>
let dataDir: string
let env: Record<string, string>
let open: TestWindow | undefined

beforeAll(async () => {
  agency = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      told.push(new URLSearchParams(body).get('logout_token') ?? '')
      response.writeHead(isDown ? 503 : 204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(agency, 'listening')
  const { port } = agency.address() as { port: number }
  client = webClient('rp', {
    post_logout_redirect_uris: [AFTER],
    backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
    backchannel_logout_session_required: true,
  })
})
afterAll(() => void agency.close())
beforeEach(async () => {
  ;[told, isDown] = [[], true]
  dataDir = await mkdtemp(join(tmpdir(), 'panjereh-logout-'))
  const port = String(await freePort())
  env = {
    PANJEREH_DATA_DIR: dataDir,
    PANJEREH_PORT: port,
    PANJEREH_ISSUER: `http://localhost:${port}`,
  }
})
afterEach(async () => {
  await open?.close()
  open = undefined
  await rm(dataDir, { recursive: true, force: true })
})

async function opened(logoutSchedule = SOON): Promise<TestWindow> {
  open = await openWindow({ clients: [client], env, logoutSchedule })
  return open
}

async function signOut(window: TestWindow): Promise<void> {
  const { agent, tokens } = await (await relyingParty(window, client)).signIn()
  const query = new URLSearchParams({
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: AFTER,
  })
  const asked = await agent.get(`/oauth2/logout?${query}`)
  const seen = await agent.submit(asked, { logout: 'yes' }, 'xsrf')
  // The person is signed out, whether or not the agency has heard of it.
  expect(seen.away?.href).toContain(AFTER)
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to be')
}

describe('an agency that is away when a session ends', () => {
  it('is told again until it takes it, each time with a token of its own', async () => {
    const window = await opened()
    await signOut(window)
    await until(() => told.length >= 3)
    isDown = false
    const before = told.length
    await until(() => told.length > before)
    // Taken: nothing more comes.
    await new Promise((resolve) => setTimeout(resolve, 400))
    const taken = told.length
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(told).toHaveLength(taken)
    const tokens = told.map((token) => decodeJwt(token))
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(tokens.length)
    expect(new Set(tokens.map(({ sid }) => sid)).size).toBe(1)
    expect(new Set(tokens.map(({ sub }) => sub)).size).toBe(1)
  })

  it('is told after a restart of the window', async () => {
    const never = { ...SOON, waits: [2_000], lookEvery: 60_000 }
    const first = await opened(never)
    await signOut(first)
    expect(told).toHaveLength(1)
    await first.close()
    isDown = false
    await opened()
    await until(() => told.length === 2)
  })

  it('is given up after a time, and the operator is told', async () => {
    const window = await opened({ ...SOON, giveUpAfter: 0 })
    await signOut(window)
    const undelivered = async () =>
      window.ports.eventLog.list({ type: 'logout.undelivered', limit: 10 })
    await until(async () => (await undelivered()).length === 1)
    expect((await undelivered())[0]).toMatchObject({ clientId: 'rp' })
    expect(await window.ports.logouts.take(10, Date.now())).toEqual([])
  })
})
