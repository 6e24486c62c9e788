import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import axe from 'axe-core'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import type { Agent, Seen } from './agent.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** A phone that goes on where an agent is. */
export interface SigningBrowser {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained of since the last look. */
  faults(): readonly string[]
  /** The passkeys of this device are gone; it can have new ones. */
  loseDevice(): Promise<void>
  /** Presses a button, allows the service what it asks for, and waits until the browser is on its way there: its
   *  address. */
  leave(by: () => Promise<unknown>): Promise<URL>
  close(): Promise<void>
}

export interface Start {
  readonly agent: Agent
  readonly at: Seen
  /** Where the service is. */
  readonly callback: string
}

export async function signingBrowser(
  browser: Browser,
  { agent, at, callback }: Start,
): Promise<SigningBrowser> {
  const context = await browser.newContext({
    locale: 'fa-IR',
    viewport: { width: 360, height: 780 },
  })
  await context.addCookies(
    agent.jar.of(at.url.hostname).map(({ name, value, path }) => ({
      ...{ name, value, path },
      domain: at.url.hostname,
    })),
  )
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const faults: string[] = []
  page.on('console', (said) => {
    if (/error|warning/.test(said.type())) faults.push(said.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    const own = [at.url.origin, new URL(callback).origin]
    if (protocol !== 'data:' && !own.includes(origin)) faults.push(`fetched ${request.url()}`)
  })
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  let device = await addDevice(session)
  await page.goto(at.url.href)
  return {
    page,
    context,
    faults: () => faults.splice(0),
    async loseDevice() {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: device })
      device = await addDevice(session)
    },
    async leave(by) {
      await by()
      const left = page.waitForURL(`${callback}*`)
      const allow = page.locator('button[value="accept"]')
      await Promise.race([left, allow.click().catch(() => undefined)])
      await left
      return new URL(page.url())
    },
    close: () => context.close(),
  }
}

/** A platform authenticator that verifies its user and says yes. */
async function addDevice(session: CDPSession): Promise<string> {
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return authenticatorId
}

/** By the protocol, which the content security policy does not hold back. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async (tags) => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run
    const { violations } = await run(document, { runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)
  }, TAGS)
}

/** The place that the browser comes back to: an empty page of the service. */
export async function openService(): Promise<{ readonly callback: string; close(): void }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><link rel="icon" href="data:,"><title>The service</title>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    callback: `http://127.0.0.1:${port}/callback`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
