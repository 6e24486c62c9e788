import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeProtectedHeader } from 'jose'
import type { Agent } from '../support/agent.ts'
import { freePort } from '../support/free-port.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'
import { metadata, registerAt, verified } from './dynamic-runner.ts'
import { clientKey } from '../support/client-keys.ts'

const RP = webClient('rp')
const run = promisify(execFile)

let dataDir: string
let env: Record<string, string>
let window: TestWindow

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'panjereh-rotation-'))
  const port = String(await freePort())
  env = {
    PANJEREH_DATA_DIR: dataDir,
    PANJEREH_PORT: port,
    PANJEREH_ISSUER: `http://localhost:${port}`,
    PANJEREH_REGISTRATION_OPEN: 'true',
  }
  window = await openWindow({ clients: [RP], env })
})
afterAll(async () => {
  await window.close()
  await rm(dataDir, { recursive: true, force: true })
})

interface PublishedKey {
  readonly kid: string
  readonly use: string
  readonly alg: string
}

async function published(): Promise<PublishedKey[]> {
  const { keys } = (await (await fetch(`${window.url}/oauth2/jwks`)).json()) as {
    keys: PublishedKey[]
  }
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
  for (const key of keys) {
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) {
      expect(key).not.toHaveProperty(secret)
    }
  }
  return keys.filter(({ use }) => use === 'sig')
}

/** As an operator does it: closed, rotated by the command line, opened again. */
async function rotate(): Promise<void> {
  await window.close()
  const command = ['--no-warnings', 'src/cli.ts', 'keys', 'rotate', 'signing']
  await run(process.execPath, command, { env: { PATH: process.env['PATH'], ...env } })
  window = await openWindow({ env })
}

async function idTokenOf(agent?: Agent) {
  const rp = await relyingParty(window, RP)
  const { tokens, agent: same } = await rp.signIn({}, agent)
  return { token: tokens.id_token ?? '', agent: same, claims: tokens.claims() }
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid

describe('the plan oidcc-dynamic', () => {
  it('oidcc-server-rotate-keys', async () => {
    const before = await published()
    const first = await idTokenOf()
    await rotate()
    const after = await published()
    const second = await idTokenOf(first.agent)

    // The old keys are still there, and what they signed can still be checked.
    const kids = after.map(({ kid }) => kid)
    expect(kids).toEqual(expect.arrayContaining(before.map(({ kid }) => kid)))
    expect((await verified(window, first.token, 'rp')).payload.sub).toBe(first.claims?.sub)
    // A new key is there for each algorithm, and signs nothing yet: relying parties get to know it.
    const fresh = after.filter(({ kid }) => !before.some((old) => old.kid === kid))
    expect(fresh.map(({ alg }) => alg).sort()).toEqual(['ES256', 'EdDSA', 'RS256'])
    expect(fresh.map(({ kid }) => kid)).not.toContain(kidOf(second.token))
    // What signs now was published before the rotation, and did not sign then.
    expect(before.map(({ kid }) => kid)).toContain(kidOf(second.token))
    expect(kidOf(second.token)).not.toBe(kidOf(first.token))
    expect((await verified(window, second.token, 'rp')).payload.sub).toBe(first.claims?.sub)
  })
})

describe('open registration', () => {
  it('takes no token on a machine of one’s own', async () => {
    const setting = { key: await clientKey('RS256') }
    const answer = await registerAt(window, metadata(setting))
    expect(answer).toMatchObject({ status: 201, json: { client_id: expect.any(String) } })
    const policy = metadata(setting, { panjereh_first_party: true })
    expect((await registerAt(window, policy)).status).toBe(400)
  })
})
