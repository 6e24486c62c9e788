import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { codeFor } from '../sandbox/citizen.ts'
import { smsInbox } from '../sandbox/sms-inbox/main.ts'
import { Agent } from './support/agent.ts'
import { freePort } from './support/free-port.ts'
import { answered, basic, postForm, rawRequest, redeemRaw } from './support/raw-flow.ts'

/** Everything that a window prints from its start to its end, at its most talkative. */
let printed = ''
/** What must stand in none of it, by what it is. */
const secrets = new Map<string, string>()
let child: ChildProcess

const remember = (name: string, value: unknown) => {
  expect(value).toEqual(expect.any(String))
  expect(String(value).length).toBeGreaterThan(5)
  secrets.set(name, String(value))
}

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'panjereh-log-'))
  const [port, inbox] = [await freePort(), await smsInbox({ port: 0 })]
  const window = { url: `http://localhost:${port}`, inboxUrl: inbox.url }
  child = spawn(process.execPath, ['--no-warnings', 'src/cli.ts', 'serve'], {
    env: {
      PATH: process.env['PATH'],
      PANJEREH_ISSUER: window.url,
      PANJEREH_DATA_DIR: dataDir,
      PANJEREH_LOG_LEVEL: 'debug',
      PANJEREH_TRUSTED_PROXIES: '1',
      PANJEREH_REGISTRATION_OPEN: 'true',
      PANJEREH_DEMO: 'false',
      PANJEREH_SMS_GATEWAYS: JSON.stringify([
        { kind: 'kavenegar', apiKey: 'a-key-of-the-gateway', template: 'code', baseUrl: inbox.url },
      ]),
    },
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (printed += String(chunk)))
  await ready(window.url)
  await liveThrough(window)
  child.kill('SIGTERM')
  await once(child, 'close')
  await inbox.close()
  await rm(dataDir, { recursive: true, force: true })
}, 60_000)
afterAll(() => {
  child.kill('SIGKILL')
})

async function ready(url: string): Promise<void> {
  for (let turn = 0; turn < 300 && child.exitCode === null; turn += 1) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the window did not open: ${printed}`)
}

/** A day of a window: what goes well, and what does not. */
async function liveThrough(window: { url: string; inboxUrl: string }): Promise<void> {
  const client = await registered(window.url)
  const agent = new Agent(window)
  const auth = basic(client.id, client.secret)
  const asked = rawRequest(window, client.id, {
    scope: 'openid phone offline_access',
    prompt: 'consent',
    login_hint: agent.mobile,
  })
  const seen = await agent.walk(await agent.get(asked.url))
  const tokens = await redeemRaw(window, asked, seen, { headers: auth })
  const { access_token: access, refresh_token: refresh, id_token: idToken } = tokens.json
  await fetch(`${window.url}/oauth2/userinfo`, {
    headers: { authorization: `Bearer ${String(access)}` },
  })
  const token = `${window.url}/oauth2/token`
  const renewed = { grant_type: 'refresh_token', refresh_token: String(refresh) }
  await postForm(token, renewed, auth)
  await postForm(`${window.url}/oauth2/introspect`, { token: String(access) }, auth)
  remember('mobile number', agent.mobile.replace(/^0/, ''))
  remember('code by SMS', await codeFor(window.inboxUrl, agent.mobile, new Date(0)))
  remember('authorization code', seen.away?.searchParams.get('code'))
  remember('access token', access)
  remember('refresh token', refresh)
  remember('ID token', String(idToken).split('.')[2])
  remember('code verifier', asked.verifier)
  remember('state', asked.fields['state'])
  remember('client secret', client.secret)
  remember('registration access token', client.token)
  remember('key of the gateway', 'a-key-of-the-gateway')
  for (const cookie of agent.jar.header(new URL(window.url)).split('; ')) {
    const [name = '', value] = cookie.split('=')
    remember(`cookie ${name}`, value)
  }
  await goWrong(window, { agent, auth, spent: redeemRaw(window, asked, seen, { headers: auth }) })
  await agent.get(`/oauth2/logout?id_token_hint=${String(idToken)}`)
}

interface Wrong {
  readonly agent: Agent
  readonly auth: { authorization: string }
  readonly spent: Promise<unknown>
}

async function goWrong(window: { url: string }, { agent, auth, spent }: Wrong): Promise<void> {
  await spent
  const token = `${window.url}/oauth2/token`
  const wrong = { grant_type: 'refresh_token', refresh_token: secrets.get('refresh token') ?? '' }
  await postForm(token, wrong, auth)
  await postForm(token, wrong, basic('nobody', secrets.get('client secret')))
  await postForm(
    token,
    { ...wrong, mobile: agent.mobile },
    { authorization: `Bearer ${'x'.repeat(40)}` },
  )
  await agent.get(`/nowhere/${agent.mobile}`)
  await agent.get(`/interaction/${secrets.get('authorization code')}`)
  await agent.get(`/oauth2/authorize?client_id=${agent.mobile}&redirect_uri=${agent.mobile}`)
  await fetch(`${window.url}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"client_name": "${agent.mobile}`,
  })
}

async function registered(url: string) {
  const { json } = await answered(
    await fetch(`${url}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'A Service',
        redirect_uris: ['https://rp.example/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
      }),
    }),
  )
  const { client_id, client_secret, registration_access_token } = json
  return { id: String(client_id), secret: client_secret, token: registration_access_token }
}

const lines = () =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('what a window prints', () => {
  it('is a line of JSON a request, with its id, route, status and time', () => {
    const requests = lines().filter((line) => 'route' in line)
    expect(requests.length).toBeGreaterThan(15)
    for (const line of requests) {
      expect(line).toMatchObject({
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        method: expect.any(String),
        route: expect.any(String),
        status: expect.any(Number),
        ms: expect.any(Number),
      })
    }
    const statuses = requests.map(({ status }) => status)
    expect(statuses).toEqual(expect.arrayContaining([200, 303, 400, 401, 404, 410]))
  })

  it('is no fault of ours', () => {
    expect(lines().filter(({ level }) => Number(level) >= 50)).toEqual([])
    expect(printed).not.toMatch(/\n\s+at .*:\d+:\d+/)
  })

  it('holds no number, code, token, cookie or secret', () => {
    expect(secrets.size).toBeGreaterThan(12)
    const found = [...secrets].filter(([, value]) => holds(value)).map(([name]) => name)
    expect(found).toEqual([])
  })

  it('holds no address of a citizen', () => {
    expect(printed).not.toMatch(/\b10\.\d+\.\d+\.\d+\b/)
  })
})

/** A short number may stand inside a longer one by chance. */
function holds(value: string): boolean {
  return /^\d{6}$/.test(value)
    ? new RegExp(`\\b${value}\\b`).test(printed)
    : printed.includes(value)
}
