import { codeFor } from '../../sandbox/citizen.ts'
import { cookieJar } from '../../sandbox/cookie-jar.ts'
import { formsOf, type HtmlForm } from '../../sandbox/html-forms.ts'
import type { TestWindow } from './window.ts'

export interface Seen {
  readonly status: number
  readonly url: URL
  readonly headers: Headers
  readonly html: string
  /** Where the window sent the browser, when it sent it away. It is not followed. */
  readonly away?: URL
}

export interface SignInOptions {
  readonly mobile?: string
  /** Decline the passkey and accept the consent unless told otherwise. */
  readonly consent?: 'accept' | 'refuse'
}

let last = 0
/** A number that no other test has used: limits are counted by number. */
export function freshMobile(): string {
  last += 1
  return `0912${String(Date.now() % 1000).padStart(3, '0')}${String(last).padStart(4, '0')}`
}

/** A user agent at the window: cookies, redirects and forms. It stops where the window sends it away, so
 *  that a test can look at the answer as the relying party would get it. */
export class Agent {
  readonly window: Pick<TestWindow, 'url' | 'inboxUrl'>
  readonly jar = cookieJar()
  /** Its own number and its own address: limits are counted by both. */
  readonly mobile = freshMobile()
  readonly #address = `10.${last >> 16}.${(last >> 8) & 255}.${last & 255}`

  constructor(window: Pick<TestWindow, 'url' | 'inboxUrl'>) {
    this.window = window
  }

  get(url: string | URL): Promise<Seen> {
    return this.#go(new URL(url, this.window.url), undefined)
  }

  post(url: string | URL, fields: Record<string, string> | URLSearchParams): Promise<Seen> {
    return this.#go(new URL(url, this.window.url), new URLSearchParams(fields))
  }

  /** What a page's script would send, from this browser; nothing is followed. */
  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const target = new URL(url, this.window.url)
    const headers = new Headers(init.headers)
    headers.set('cookie', this.jar.header(target))
    headers.set('x-forwarded-for', this.#address)
    const answer = await fetch(target, { redirect: 'manual', ...init, headers })
    this.jar.take(target, answer.headers.getSetCookie())
    return answer
  }

  /** Sends the form of a page with some fields filled in. */
  submit(seen: Seen, fields: Record<string, string>, has?: string): Promise<Seen> {
    const form = formWith(seen, has)
    const body = new URLSearchParams([...form.fields])
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    return this.#go(new URL(form.action || seen.url, seen.url), body)
  }

  /** Goes through whatever the window asks, from an authorization request to its answer. */
  async signIn(authorizationUrl: string | URL, options: SignInOptions = {}): Promise<URL> {
    const seen = await this.walk(await this.get(authorizationUrl), options)
    if (seen.away === undefined) throw new Error(`no way out of ${seen.url.pathname}: ${seen.html}`)
    return seen.away
  }

  /** Answers pages until the window sends the agent away or shows one that has nothing to answer. */
  async walk(
    start: Seen,
    { mobile = this.mobile, consent = 'accept' }: SignInOptions = {},
  ): Promise<Seen> {
    let seen = start
    for (let turn = 0; turn < 12 && seen.away === undefined; turn += 1) {
      const forms = formsOf(seen.html)
      // A form that posts itself to the relying party is the answer, not a question.
      if (forms.some(({ action }) => this.#leaves(action))) return seen
      const has = (field: string) => forms.some((form) => form.fields.has(field))
      if (has('mobile')) seen = await this.submit(seen, { mobile }, 'mobile')
      else if (has('code')) {
        const code = await codeFor(this.window.inboxUrl, mobile, new Date(0))
        seen = await this.submit(seen, { code }, 'code')
      } else if (seen.html.includes('value="skip"'))
        seen = await this.submit(seen, { action: 'skip' }, 'csrf')
      else if (seen.html.includes('value="accept"'))
        seen = await this.submit(seen, { action: consent }, 'csrf')
      else return seen
    }
    return seen
  }

  #leaves(action: string): boolean {
    return new URL(action, this.window.url).origin !== new URL(this.window.url).origin
  }

  async #go(url: URL, body: URLSearchParams | undefined): Promise<Seen> {
    let [target, form] = [url, body]
    for (let redirects = 0; redirects < 20; redirects += 1) {
      const answer = await fetch(target, {
        method: form === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: {
          accept: 'text/html',
          cookie: this.jar.header(target),
          'x-forwarded-for': this.#address,
        },
        ...(form === undefined ? {} : { body: form }),
      })
      this.jar.take(target, answer.headers.getSetCookie())
      const location = answer.headers.get('location')
      const html = await answer.text()
      const seen = { status: answer.status, url: target, headers: answer.headers, html }
      if (location === null) return seen
      target = new URL(location, target)
      if (target.origin !== new URL(this.window.url).origin) return { ...seen, away: target }
      form = undefined
    }
    throw new Error('too many redirects')
  }
}

function formWith(seen: Seen, field: string | undefined): HtmlForm {
  const form = formsOf(seen.html).find((one) => field === undefined || one.fields.has(field))
  if (form === undefined)
    throw new Error(`no form with ${field ?? 'anything'} at ${seen.url.pathname}`)
  return form
}
