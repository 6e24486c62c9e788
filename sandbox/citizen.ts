import { setTimeout as pause } from 'node:timers/promises'
import { unescapeHtml } from './html-forms.ts'

/** Which button: by its own name and value, by the form's address, or that of a field's form. */
export interface Press {
  readonly name?: string
  readonly value?: string
  readonly action?: string
  readonly field?: string
}

/** Somebody who uses the pages, in a browser or by bare HTTP. */
export interface Citizen {
  readonly by: 'browser' | 'HTTP'
  open(url: string): Promise<void>
  has(field: string): Promise<boolean>
  /** Text for a text field, `on` for a box, the value for a list. */
  fill(field: string, value: string): Promise<void>
  press(which: Press): Promise<void>
  url(): string
  html(): Promise<string>
  close(): Promise<void>
}

export interface SignInOptions {
  readonly issuer: string
  readonly inboxUrl: string
  readonly mobile: string
  /** Whom the sample registries know; birth date by the solar Hijri calendar. */
  readonly person?: {
    readonly nationalId: string
    readonly born: readonly [string, string, string]
  }
  /** Types a wrong code first and says what the page answered. */
  readonly wrongCodeFirst?: boolean
}

export interface Walked {
  /** The pages of the window that were seen, in order. */
  readonly pages: readonly string[]
}

/** Goes through whatever the window asks, until it sends the citizen back to the service. */
export async function walkThroughWindow(
  citizen: Citizen,
  { issuer, inboxUrl, mobile, person, wrongCodeFirst = false }: SignInOptions,
): Promise<Walked> {
  const pages: string[] = []
  let mayBeWrong = wrongCodeFirst
  const since = new Date(Date.now() - 1000)

  const asks: readonly {
    readonly page: string
    readonly is: () => Promise<boolean>
    readonly answer: () => Promise<void>
  }[] = [
    {
      page: 'number',
      is: () => citizen.has('mobile'),
      answer: async () => {
        await citizen.fill('mobile', mobile)
        await citizen.press({ field: 'mobile' })
      },
    },
    {
      page: 'code',
      is: () => citizen.has('code'),
      answer: async () => {
        const code = await codeFor(inboxUrl, mobile, since)
        await citizen.fill('code', mayBeWrong ? otherThan(code) : code)
        mayBeWrong = false
        await citizen.press({ field: 'code' })
      },
    },
    {
      page: 'registries',
      is: async () => person !== undefined && (await citizen.has('national_id')),
      answer: async () => {
        const [year = '', month = '', day = ''] = person?.born ?? []
        const fields = { national_id: person?.nationalId ?? '', year, month, day }
        for (const [name, value] of Object.entries(fields)) await citizen.fill(name, value)
        await citizen.press({ field: 'national_id' })
      },
    },
    {
      page: 'company',
      is: async () => (await citizen.html()).includes('value="mandate:'),
      answer: async () => {
        await citizen.fill('for', 'mandate:m-1')
        await citizen.press({ field: 'csrf' })
      },
    },
    {
      page: 'passkey offer',
      is: async () => (await citizen.html()).includes('value="skip"'),
      answer: () => citizen.press({ name: 'action', value: 'skip' }),
    },
    {
      page: 'consent',
      is: async () => (await citizen.html()).includes('value="accept"'),
      answer: () => citizen.press({ name: 'action', value: 'accept' }),
    },
    {
      page: 'sign out',
      is: async () => (await citizen.html()).includes('name="logout"'),
      answer: () => citizen.press({ name: 'logout', value: 'yes' }),
    },
  ]

  for (let turn = 0; turn < 12 && citizen.url().startsWith(issuer); turn += 1) {
    const asked = await firstOf(asks)
    if (asked === undefined) throw new Error(`a page that nobody can answer: ${citizen.url()}`)
    pages.push(asked.page)
    await asked.answer()
  }
  if (citizen.url().startsWith(issuer)) throw new Error(`no way out: ${pages.join(', ')}`)
  return { pages }
}

async function firstOf<Ask extends { is: () => Promise<boolean> }>(
  asks: readonly Ask[],
): Promise<Ask | undefined> {
  for (const ask of asks) if (await ask.is()) return ask
  return undefined
}

/** The newest code to this number, as the citizen reads it on the telephone. */
export async function codeFor(inboxUrl: string, mobile: string, since: Date): Promise<string> {
  const until = Date.now() + 10_000
  while (Date.now() < until) {
    const answer = await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(mobile)}`)
    const code = newestCode(await answer.json(), since)
    if (code !== undefined) return code
    await pause(100)
  }
  throw new Error('no message came')
}

/** Messages as the inbox lists them; the newest is the one with the latest time, or the last. */
function newestCode(listed: unknown, since: Date): string | undefined {
  const messages = (Array.isArray(listed) ? listed : []) as readonly Record<string, unknown>[]
  const fresh = messages
    .map((message) => ({ at: Date.parse(String(message['at'])), message }))
    .filter(({ at }) => Number.isNaN(at) || at >= since.getTime())
    .sort((one, other) => (other.at || 0) - (one.at || 0))
  const newest = fresh[0]?.message
  if (newest === undefined) return undefined
  if (typeof newest['code'] === 'string') return newest['code']
  return /#(\d{6})\b/.exec(String(newest['text']))?.[1]
}

function otherThan(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`
}

/** A block of JSON on a page of the sample agency. */
export async function shownJson(
  citizen: Citizen,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const page = await citizen.html()
  const block = new RegExp(`data-json="${name}"[^>]*>\\s*<pre[^>]*>\\s*<code>([\\s\\S]*?)</code>`)
  const text = block.exec(page)?.[1]
  return text === undefined ? undefined : JSON.parse(unescapeHtml(text))
}

/** The key of the notice that the sample agency shows, if any. */
export async function shownNotice(citizen: Citizen): Promise<string | undefined> {
  return /data-notice="([^"]*)"/.exec(await citizen.html())?.[1]
}
