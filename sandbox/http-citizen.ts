import type { Citizen, Press } from './citizen.ts'
import { cookieJar } from './cookie-jar.ts'
import { formsOf, type HtmlButton, type HtmlForm } from './html-forms.ts'

/** Connections cannot be kept for ever: a page that redirects more often than this is broken. */
const MOST_REDIRECTS = 20

/** A citizen without a browser: cookies, redirects and forms, no script. */
export class HttpCitizen implements Citizen {
  readonly by = 'HTTP'
  status = 0
  readonly #jar = cookieJar()
  readonly #filled = new Map<string, string>()
  readonly #language: string
  #url = new URL('about:blank')
  #html = ''

  constructor(options: { readonly language?: string } = {}) {
    this.#language = options.language ?? 'fa'
  }

  open(url: string): Promise<void> {
    return this.#go(new URL(url), undefined)
  }

  async has(field: string): Promise<boolean> {
    return this.#forms().some((form) => form.fields.has(field))
  }

  async fill(field: string, value: string): Promise<void> {
    this.#filled.set(field, value)
  }

  async press(which: Press): Promise<void> {
    const form = this.#forms().find((one) => isMeant(one, which))
    if (form === undefined) throw new Error(`no such form here: ${JSON.stringify(which)}`)
    const body = new URLSearchParams([...new Map([...form.fields, ...this.#filled])])
    const button = buttonOf(form, which)
    if (button?.name !== undefined) body.set(button.name, button.value)
    const action = new URL(form.action || this.#url, this.#url)
    if (form.method === 'post') return this.#go(action, body)
    action.search = body.toString()
    return this.#go(action, undefined)
  }

  url(): string {
    return this.#url.href
  }

  async html(): Promise<string> {
    return this.#html
  }

  async close(): Promise<void> {
    this.#jar.forget()
  }

  #forms(): readonly HtmlForm[] {
    return formsOf(this.#html)
  }

  async #go(url: URL, body: URLSearchParams | undefined): Promise<void> {
    this.#filled.clear()
    let [target, form] = [url, body]
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await this.#ask(target, form)
      const location = answer.headers.get('location')
      if (answer.status < 300 || answer.status >= 400 || location === null) {
        this.#url = target
        this.status = answer.status
        this.#html = await answer.text()
        return
      }
      await answer.body?.cancel()
      // RFC 9110 section 15.4: 307 and 308 repeat the request, the others turn it into a GET.
      if (answer.status !== 307 && answer.status !== 308) form = undefined
      target = new URL(location, target)
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects, the last to ${target.origin}`)
  }

  async #ask(url: URL, body: URLSearchParams | undefined): Promise<Response> {
    const answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        'accept-language': this.#language,
        cookie: this.#jar.header(url),
        ...(body === undefined ? {} : { origin: this.#url.origin }),
      },
      ...(body === undefined ? {} : { body }),
    })
    this.#jar.take(url, answer.headers.getSetCookie())
    return answer
  }
}

function isMeant(form: HtmlForm, { field, action, name, value }: Press): boolean {
  if (field !== undefined && !form.fields.has(field)) return false
  if (action !== undefined && !form.action.endsWith(action)) return false
  return name === undefined || form.buttons.some((one) => one.name === name && one.value === value)
}

/** The named button, else the main one: that which has no name of its own, or the first. */
function buttonOf(form: HtmlForm, { name, value }: Press): HtmlButton | undefined {
  if (name !== undefined) {
    return form.buttons.find((one) => one.name === name && one.value === value)
  }
  return form.buttons.find((one) => one.name === undefined) ?? form.buttons[0]
}
