import { registries, type RunningRegistries } from '../../sandbox/registries/main.ts'
import { registriesOf } from '../../sandbox/world.ts'
import { formsOf } from '../../sandbox/html-forms.ts'
import type { Agent } from './agent.ts'
import { type Seen } from './agent.ts'
import { openWindow, type TestWindow, type WindowOptions } from './window.ts'

/** A window that is connected to the sample registries, which are a program of their own. */
export interface RegistryWindow extends TestWindow {
  readonly registriesUrl: string
  /** Tells the registries what to be. */
  tell(path: string, body: unknown, method?: 'POST' | 'PATCH'): Promise<void>
  calls(): Promise<Readonly<Record<string, { total: number; under: number; most: number }>>>
}

export async function openRegistryWindow({
  settings = {},
  env = {},
  ...options
}: WindowOptions & { readonly settings?: object } = {}): Promise<RegistryWindow> {
  const outside = await registries({ port: 0 })
  const window = await openWindow({
    ...options,
    env: { PANJEREH_REGISTRIES: JSON.stringify(settingsOf(outside, settings)), ...env },
  }).catch(async (error: unknown) => {
    await outside.close()
    throw error
  })
  return {
    ...window,
    registriesUrl: outside.url,
    async tell(path, body, method = 'POST') {
      const answer = await fetch(`${outside.url}${path}`, { method, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    },
    calls: async () =>
      (await (await fetch(`${outside.url}/calls`)).json()) as Awaited<
        ReturnType<RegistryWindow['calls']>
      >,
    async close() {
      await window.close()
      await outside.close()
    },
  }
}

/** Nothing is remembered, so that what a test changes is seen at once. */
function settingsOf({ url }: RunningRegistries, more: object) {
  return Object.fromEntries(
    Object.entries(registriesOf(url)).map(([role, settings]) => [
      role,
      { ...(settings as object), cacheSeconds: 0, ...more },
    ]),
  )
}

export interface Iranian {
  readonly mobile: string
  readonly nationalId: string
  /** Solar Hijri: year, month, day. */
  readonly born: readonly [string, string, string]
}

export const SARA: Iranian = {
  mobile: '09120000001',
  nationalId: '9990000018',
  born: ['1370', '1', '1'],
}

export function iranianFields({ nationalId, born: [year, month, day] }: Omit<Iranian, 'mobile'>) {
  return { national_id: nationalId, year, month, day }
}

/** Goes on until the registries' page, or until there is nothing that level 1 asks. */
export async function toLevel2(agent: Agent, authorizationUrl: string | URL, mobile: string) {
  return agent.walk(await agent.get(authorizationUrl), { mobile })
}

/** Fills in the Iranians' form and goes on to wherever that leads. */
export async function claim(agent: Agent, page: Seen, who: Omit<Iranian, 'mobile'>): Promise<Seen> {
  return agent.submit(page, iranianFields(who), 'national_id')
}

export const isForm = (seen: Seen, field: string): boolean =>
  formsOf(seen.html).some((form) => form.fields.has(field))

export const errorOf = (seen: Seen): string | undefined =>
  /class="wrong"[^>]*>\s*([^<]*?)\s*<\/p>/.exec(seen.html)?.[1]

export const headingOf = (seen: Seen): string | undefined =>
  /<h1>\s*([^<]*?)\s*<\/h1>/.exec(seen.html)?.[1]
