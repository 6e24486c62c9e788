import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { codeFor } from '../../sandbox/citizen.ts'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent, freshMobile, type Seen } from '../support/agent.ts'
import { softwareAuthenticator } from '../support/authenticator.ts'
import { CALLBACK, relyingParty, webClient } from '../support/relying-party.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
let party: Awaited<ReturnType<typeof relyingParty>>
beforeAll(async () => {
  const client = webClient('agency', { redirect_uris: [CALLBACK] })
  window = await openWindow({ clients: [client] })
  party = await relyingParty(window, client)
})
afterAll(() => window?.close())

const PREFIX = 'urn:panjereh:acr:'

async function claimsOf(signIn: ReturnType<typeof party.signIn>) {
  const claims = (await signIn).tokens.claims()
  if (claims === undefined) throw new Error('no ID token')
  return claims
}

const signInOf = (mobile: string, params: Record<string, string> = {}, agent = new Agent(window)) =>
  claimsOf(party.signIn(params, agent, { mobile }))

async function subjectOf(mobile: string): Promise<string> {
  const value = `+98${mobile.slice(1)}`
  const subject = await window.ports.subjects.findByIdentifier({ type: 'mobile', value })
  if (subject === undefined) throw new Error('nobody has this number')
  return subject.id
}

/** What another person had proved before the number came to this one. */
async function proveHigher(subjectId: string): Promise<void> {
  const proof = { method: 'registry', amr: ['kba'], verifier: 'registry/1', provedAt: Date.now() }
  const detail = { name: 'somebody-else' }
  const evidence = [{ ...proof, rank: 2, detail }]
  await window.ports.evidence.keep({ subjectId, evidence, events: [] })
}

const optionsOf = ({ html }: Seen) =>
  (/data-options="([^"]+)"/.exec(html)?.[1] ?? '{}').replaceAll('&quot;', '"')

/** Signs in by a message and makes a passkey on the way. */
async function withPasskey(agent: Agent, mobile: string) {
  const asked = await party.request()
  const number = await agent.get(asked.url)
  const code = await agent.submit(number, { mobile })
  const offer = await agent.submit(code, {
    code: await codeFor(window.inboxUrl, mobile, new Date(0)),
  })
  const authenticator = softwareAuthenticator({ origin: window.url, rpId: 'localhost' })
  const attestation = authenticator.create(optionsOf(offer))
  const { away } = await agent.submit(offer, { attestation })
  if (away === undefined) throw new Error('the passkey was not taken')
  return { authenticator, claims: (await party.redeem(away, asked)).claims() }
}

describe('level 1 on a number that was somebody else’s', () => {
  it('claims level 1 and nothing that was proved higher', async () => {
    const mobile = freshMobile()
    await signInOf(mobile)
    await proveHigher(await subjectOf(mobile))
    const claims = await signInOf(mobile)
    expect(claims['acr']).toBe(`${PREFIX}1`)
    expect(claims['amr']).toEqual(['otp', 'sms'])
    expect(JSON.stringify(claims)).not.toMatch(/somebody-else|kba|verified_claims/)
  })

  it('does not pass for level 2', async () => {
    const mobile = freshMobile()
    await signInOf(mobile)
    await proveHigher(await subjectOf(mobile))
    const { url } = await party.request({ acr_values: `${PREFIX}2` })
    const answer = await new Agent(window).signIn(url, { mobile })
    expect(answer.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })

  it('shows a service its own identifier and, when asked, this number alone', async () => {
    const mobile = freshMobile()
    const claims = await signInOf(mobile, { scope: 'openid phone' })
    const known = ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'acr', 'amr', 'auth_time', 'sid']
    const more = Object.keys(claims).filter((name) => !known.includes(name))
    expect(
      more.filter((name) => !/phone_number|acr_auth|at_hash|c_hash|panjereh/.test(name)),
    ).toEqual([])
  })
})

/** The window ends the other person's session first, by a form that sends itself. */
async function afterTheOther(agent: Agent, seen: Seen): Promise<URL> {
  expect(formsOf(seen.html)[0]?.action).toContain('/logout/confirm')
  const { away } = await agent.submit(seen, {})
  if (away === undefined) throw new Error('no way on')
  return away
}

describe('another number', () => {
  it('is another person to level 1, also in a browser that knows the first', async () => {
    const agent = new Agent(window)
    const before = await signInOf(freshMobile(), {}, agent)
    const asked = await party.request({ prompt: 'login' })
    const seen = await agent.walk(await agent.get(asked.url), { mobile: freshMobile() })
    const after = await party.redeem(await afterTheOther(agent, seen), asked)
    expect(after.claims()?.sub).not.toBe(before.sub)
  })
})

describe('a passkey', () => {
  it('names the person and not the number: it opens the same account without one', async () => {
    const agent = new Agent(window)
    const { authenticator, claims } = await withPasskey(agent, agent.mobile)
    const asked = await party.request({ prompt: 'login' })
    const elsewhere = new Agent(window)
    const number = await elsewhere.get(asked.url)
    const assert = await elsewhere.submit(number, { action: 'passkey' })
    const assertion = authenticator.get(optionsOf(assert))
    const { away } = await elsewhere.submit(assert, { assertion })
    if (away === undefined) throw new Error('the passkey was not taken')
    const byPasskey = (await party.redeem(away, asked)).claims()
    expect(byPasskey?.sub).toBe(claims?.sub)
    expect(byPasskey?.['amr']).toEqual(['hwk', 'user', 'mfa'])
    expect(byPasskey?.['acr']).toBe(`${PREFIX}1`)
  })

  it('of one person opens no session of another who is asked again', async () => {
    const [hers, his] = [new Agent(window), new Agent(window)]
    const { authenticator, claims } = await withPasskey(hers, hers.mobile)
    const mine = await signInOf(his.mobile, {}, his)
    const asked = await party.request({ prompt: 'login' })
    const assert = await his.submit(await his.get(asked.url), { action: 'passkey' })
    const seen = await his.submit(assert, { assertion: authenticator.get(optionsOf(assert)) })
    // She signed in on his browser: his session ends, and his identifier is not told under her name.
    const after = (await party.redeem(await afterTheOther(his, seen), asked)).claims()
    expect(after?.sub).toBe(claims?.sub)
    expect(after?.sub).not.toBe(mine.sub)
  })
})

describe('docs/level-1.md', () => {
  it('names a test that there is for each of its rules', async () => {
    const doc = await readFile('docs/level-1.md', 'utf8')
    const rules = [...doc.matchAll(/^\| (.+?) +\| `(test\/[^`]+)` › (.+?) +\|$/gm)]
    expect(rules.length).toBeGreaterThan(25)
    for (const [, , file = '', title = ''] of rules) {
      const source = await readFile(file, 'utf8')
      expect({ file, title, isThere: source.includes(title) }).toEqual({
        file,
        title,
        isThere: true,
      })
    }
  })
})
