/** Enough of HTML to fill in forms: our own pages, and those of the window. */
export interface HtmlForm {
  readonly action: string
  readonly method: 'get' | 'post'
  readonly fields: ReadonlyMap<string, string>
  readonly buttons: readonly HtmlButton[]
}

export interface HtmlButton {
  readonly name?: string
  readonly value: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#x27': "'",
}

export function unescapeHtml(text: string): string {
  return text.replace(/&([#\w]+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
}

export function formsOf(page: string): readonly HtmlForm[] {
  return [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(
    ([, head = '', body = '']) => {
      const attributes = attributesOf(head)
      return {
        action: attributes.get('action') ?? '',
        method: attributes.get('method')?.toLowerCase() === 'post' ? 'post' : 'get',
        fields: new Map([...inputsOf(body), ...selectsOf(body)]),
        buttons: buttonsOf(`${body}${buttonsFor(page, attributes.get('id'))}`),
      }
    },
  )
}

/** Buttons that stand elsewhere and name their form by its id. */
function buttonsFor(page: string, id: string | undefined): string {
  if (!id) return ''
  const buttons = [...page.matchAll(/<button\b[^>]*>/gi)].map(([tag]) => tag)
  return buttons.filter((tag) => attributesOf(tag).get('form') === id).join('')
}

function inputsOf(body: string): (readonly [string, string])[] {
  return [...body.matchAll(/<(?:input|textarea)\b([^>]*)>/gi)]
    .map(([, head = '']) => attributesOf(head))
    .filter((input) => !isUnchecked(input) && input.has('name'))
    .map((input) => [input.get('name') ?? '', input.get('value') ?? ''])
}

function isUnchecked(input: ReadonlyMap<string, string>): boolean {
  const type = input.get('type') ?? ''
  if (type === 'submit' || type === 'button') return true
  return (type === 'checkbox' || type === 'radio') && !input.has('checked')
}

function selectsOf(body: string): (readonly [string, string])[] {
  return [...body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)].map(
    ([, head = '', options = '']) => {
      const all = [...options.matchAll(/<option\b([^>]*)>/gi)].map(([, one = '']) =>
        attributesOf(one),
      )
      const chosen = all.find((option) => option.has('selected')) ?? all[0]
      return [attributesOf(head).get('name') ?? '', chosen?.get('value') ?? '']
    },
  )
}

function buttonsOf(body: string): HtmlButton[] {
  const buttons = [...body.matchAll(/<button\b([^>]*)>/gi)]
  const submits = [...body.matchAll(/<input\b([^>]*\btype="?submit[^>]*)>/gi)]
  return [...buttons, ...submits]
    .map(([, head = '']) => attributesOf(head))
    .filter((button) => button.get('type') !== 'button')
    .map((button) => ({
      ...(button.has('name') ? { name: button.get('name') } : {}),
      value: button.get('value') ?? '',
    }))
}

function attributesOf(head: string): ReadonlyMap<string, string> {
  const found = head.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)
  return new Map(
    [...found].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      unescapeHtml(double ?? single ?? bare ?? ''),
    ]),
  )
}
