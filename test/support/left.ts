import type { Page } from 'playwright-core'
import { CALLBACK } from './relying-party.ts'

/** Where the browser is sent to in the end; nobody is there, and nobody waits for it. */
export async function left(page: Page, by: () => Promise<void>): Promise<URL> {
  const leaving = page.waitForRequest((request) => request.url().startsWith(CALLBACK), {
    timeout: 60_000,
  })
  await Promise.race([leaving, by()])
  return new URL((await leaving).url())
}
