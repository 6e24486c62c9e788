import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt } from 'jose'
import { pairwiseSubjects } from '../../src/oidc/pairwise.ts'
import { Agent } from '../support/agent.ts'
import { party } from '../support/party.ts'
import { webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const nativeApp = (uri: string) => ({ application_type: 'native', redirect_uris: [uri] })

const CLIENTS = [
  webClient('tax'),
  webClient('tax-app', { redirect_uris: ['https://rp.example/app'] }),
  webClient('bank', { redirect_uris: ['https://bank.example/callback'] }),
  webClient('liar', nativeApp('ir.example.liar://rp.example/callback')),
  webClient('app-one', nativeApp('ir.example.one:/callback')),
  webClient('app-two', nativeApp('ir.example.two:/callback')),
  webClient('linked', nativeApp('https://rp.example/linked')),
]

let directory: string
let window: TestWindow
let agent: Agent
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'panjereh-pairwise-'))
  window = await openWindow({ clients: CLIENTS, env: { PANJEREH_DATA_DIR: directory } })
  agent = new Agent(window)
})
afterAll(async () => {
  await window.close()
  await rm(directory, { recursive: true, force: true })
})

async function tokensOf(clientId: string, by = agent, at = window) {
  const metadata = CLIENTS.find((client) => client.client_id === clientId) ?? webClient(clientId)
  const [redirect_uri = ''] = metadata['redirect_uris'] as string[]
  const rp = await party(at, metadata)
  const tokens = await rp.tokens({ redirect_uri }, by, { mobile: agent.mobile })
  return { rp, tokens, sub: String(decodeJwt(tokens.id_token).sub) }
}

describe('pairwise subjects (OIDC Core 8.1)', () => {
  it('are the same for the clients of a sector, and others elsewhere', async () => {
    const [tax, app, bank] = [
      await tokensOf('tax'),
      await tokensOf('tax-app'),
      await tokensOf('bank'),
    ]
    expect(app.sub).toBe(tax.sub)
    expect(bank.sub).not.toBe(tax.sub)
    expect(tax.sub).toMatch(/^[\w-]{22}$/)
    const other = await tokensOf('tax', new Agent(window))
    expect(other.sub).toBe(tax.sub)
  })

  it('are a native app’s own, unless its address is at a host', async () => {
    const tax = await tokensOf('tax')
    const apps = []
    for (const app of ['liar', 'app-one', 'app-two']) apps.push((await tokensOf(app)).sub)
    expect(new Set([tax.sub, ...apps]).size).toBe(4)
    expect((await tokensOf('linked')).sub).toBe(tax.sub)
  })

  it('differ from person to person', async () => {
    const rp = await party(window, webClient('tax'))
    const stranger = new Agent(window)
    const tokens = await rp.tokens({}, stranger)
    expect(decodeJwt(tokens.id_token).sub).not.toBe((await tokensOf('tax')).sub)
  })

  it('are the same in every answer: ID token, userinfo, introspection', async () => {
    const { rp, tokens, sub } = await tokensOf('tax')
    expect(await (await rp.userinfo(tokens.access_token)).json()).toMatchObject({ sub })
    expect((await rp.introspect(tokens.access_token)).json['sub']).toBe(sub)
  })

  it('are found again by the window, of the sector that they were made for alone', async () => {
    const [tax, bank] = [await tokensOf('tax'), await tokensOf('bank')]
    const subjects = pairwiseSubjects(window.ports.keys.pairwiseSecret)
    const person = subjects.resolve(tax.sub, 'rp.example') ?? ''
    expect(await window.ports.subjects.find(person)).toMatchObject({ id: person })
    expect(subjects.resolve(bank.sub, 'bank.example')).toBe(person)
    const elsewhere = subjects.resolve(tax.sub, 'bank.example') ?? ''
    expect(await window.ports.subjects.find(elsewhere)).toBeUndefined()
    for (const text of ['', 'short', `${tax.sub}x`, '='.repeat(22)]) {
      expect(subjects.resolve(text, 'rp.example')).toBeUndefined()
    }
  })

  it('are the same after a restart with the same data', async () => {
    const before = await tokensOf('tax')
    const copy = `${directory}-again`
    await window.close()
    await cp(directory, copy, { recursive: true })
    window = await openWindow({ clients: CLIENTS, env: { PANJEREH_DATA_DIR: copy } })
    const again = new Agent(window)
    expect((await tokensOf('tax', again, window)).sub).toBe(before.sub)
    await rm(copy, { recursive: true, force: true })
  })
})
