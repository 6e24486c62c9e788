import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { codeFor } from '../../sandbox/citizen.ts'
import { formsOf } from '../../sandbox/html-forms.ts'
import { Agent, type Seen } from '../support/agent.ts'
import { relyingParty, webClient } from '../support/relying-party.ts'
import { solve } from '../support/puzzle.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

let window: TestWindow
let party: Awaited<ReturnType<typeof relyingParty>>
beforeAll(async () => {
  const client = webClient('agency')
  window = await openWindow({
    clients: [client],
    env: {
      PANJEREH_CAPTCHA: 'proof-of-work',
      PANJEREH_CAPTCHA_BITS: '6',
    },
  })
  party = await relyingParty(window, client)
})
afterAll(() => window.close())

const numberPage = async (agent: Agent) => agent.get((await party.request()).url)
const codeTo = (mobile: string) => codeFor(window.inboxUrl, mobile, new Date(0))
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

async function evidenceOf(mobile: string) {
  const value = `+98${mobile.slice(1)}`
  const subject = await window.ports.subjects.findByIdentifier({ type: 'mobile', value })
  return subject ? window.ports.evidence.ofSubject(subject.id) : []
}

/** Counts the calls to every store while something is done. */
async function storeCalls(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const { ports } = window
  const calls: Record<string, number> = {}
  const undo: (() => void)[] = []
  const stores = [
    'artifacts',
    'evidence',
    'limiter',
    'steps',
    'subjects',
    'authenticators',
  ] as const
  for (const name of [...stores, 'events', 'sessionLevels'] as const) {
    const store = ports[name] as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const [method, original] of Object.entries(store)) {
      store[method] = (...args) => {
        calls[`${name}.${method}`] = (calls[`${name}.${method}`] ?? 0) + 1
        return original.apply(store, args)
      }
      undo.push(() => void (store[method] = original))
    }
  }
  await work()
  for (const one of undo) one()
  return calls
}

/** What is different in every interaction, and the seconds that have passed. */
function levelled({ html, url }: Seen): string {
  const uid = url.pathname.split('/').at(-1) ?? ''
  const csrf = formsOf(html)[0]?.fields.get('csrf') ?? ''
  return html
    .replaceAll(uid, 'UID')
    .replaceAll(csrf, 'CSRF')
    .replace(/(data-(countdown|after|gone-after))="\d+"/g, '$1')
    .replace(/>\s*[\d۰-۹]+:[\d۰-۹]{2}\s*</g, '>TIME<')
}

describe('a number that is known and one that is not', () => {
  it('get the same pages, byte for byte, and the same work', async () => {
    // The last four digits are shown: these two share them.
    const [known, unknown] = ['09125554321', '09135554321']
    await party.signIn({}, new Agent(window), { mobile: known })
    expect(await evidenceOf(known)).toHaveLength(1)
    expect(await evidenceOf(unknown)).toHaveLength(0)

    const runs = []
    for (const mobile of [known, unknown]) {
      const agent = new Agent(window)
      const number = await numberPage(agent)
      let code = number
      const asking = await storeCalls(async () => (code = await agent.submit(number, { mobile })))
      let wrong = code
      const guessing = await storeCalls(async () => {
        wrong = await agent.submit(code, { code: otherThan(await codeTo(mobile)) })
      })
      const pages = [number, code, wrong].map(levelled)
      const headers = [number, code, wrong].map((seen) => [...seen.headers.keys()].sort())
      runs.push({ pages, headers, asking, guessing, statuses: [code.status, wrong.status] })
    }
    expect(runs[0]?.pages[1]).toContain('name="code"')
    expect(runs[0]?.pages[2]).toContain('id="wrong"')
    expect(Object.values(runs[0]?.asking ?? {}).length).toBeGreaterThan(3)
    expect(runs[0]).toEqual(runs[1])
  })
})

describe('the right code', () => {
  it('sent many times at once is one proof, and everybody gets on', async () => {
    const agent = new Agent(window)
    const page = await agent.submit(await numberPage(agent), { mobile: agent.mobile })
    const code = await codeTo(agent.mobile)
    const seen = await Promise.all(Array.from({ length: 6 }, () => agent.submit(page, { code })))
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]))
    for (const { html } of seen) expect(html).not.toContain('id="wrong"')
    expect(await evidenceOf(agent.mobile)).toHaveLength(1)
  })

  it('is one message, when the number is sent many times at once', async () => {
    const agent = new Agent(window)
    const page = await numberPage(agent)
    const { mobile } = agent
    const seen = await Promise.all(Array.from({ length: 6 }, () => agent.submit(page, { mobile })))
    for (const { html } of seen) expect(html).toContain('name="code"')
    const all = (await (await fetch(`${window.inboxUrl}/messages`)).json()) as { to: string }[]
    expect(all.filter(({ to }) => to === mobile)).toHaveLength(1)
  })
})

describe('a browser', () => {
  it('is known for a number from the first proof on, by a cookie that scripts cannot read', async () => {
    const agent = new Agent(window)
    await agent.signIn((await party.request()).url)
    const cookie = agent.jar.header(new URL(window.url))
    expect(cookie).toMatch(/panjereh_device=/)
    const seen = await new Agent(window).get((await party.request()).url)
    expect(seen.headers.getSetCookie().join()).not.toMatch(/panjereh_device/)
  })
})

describe('the captcha', () => {
  it('is asked once an address has sent half of what it may, and is answered by work', async () => {
    const agent = new Agent(window)
    let page = await numberPage(agent)
    for (let i = 0; page.html.includes('name="mobile"') && i < 11; i += 1) {
      const sent = await agent.submit(page, { mobile: `0912777${String(i).padStart(4, '0')}` })
      if (sent.html.includes('name="sum"')) {
        page = sent
        break
      }
      agent.jar.take(new URL(window.url), ['_interaction=; max-age=0'])
      page = await numberPage(agent)
    }
    expect(page.html).toContain('name="sum"')
    const early = await agent.submit(page, { sum: '1' })
    expect(early.html).toContain('id="wrong"')
    const salt = /data-work-salt="([^"]+)"/.exec(early.html)?.[1] ?? ''
    const work = solve({ salt, bits: 6 })
    expect((await agent.submit(early, { work })).html).toContain('name="code"')
  })
})
