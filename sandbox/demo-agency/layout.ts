import { html, raw } from 'hono/html'
import { TEXTS, type Lang, type TextKey } from './text.ts'

export type Html = ReturnType<typeof html>

export interface Look {
  readonly lang: Lang
  readonly title: TextKey
  /** The window, where this agency has things signed. */
  readonly signsAt?: string
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #566076; --paper: #fff; --back: #f3f5f9;
  --line: #cfd6e4; --brand: #0b5c4d; --on: #fff; --good: #e3f4ea; --bad: #fdeaea; --worse: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f7; --soft: #aeb8cb; --paper: #1b2130;
  --back: #121722; --line: #3b455c; --brand: #58c7b0; --on: #10231f; --good: #163526; --bad: #452025;
  --worse: #ff9d94 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); line-height: 1.7;
  font-family: Vazirmatn, 'Noto Sans Arabic', Tahoma, system-ui, sans-serif }
header, main, footer { max-inline-size: 52rem; margin-inline: auto; padding: 1rem }
header { display: flex; justify-content: space-between; align-items: center; gap: 1rem }
header p { margin: 0; color: var(--soft) } .name { font-size: 1.3rem; font-weight: 700; color: var(--ink) }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem;
  margin-block-end: 1rem } .card > :last-child { margin-block-end: 0 }
h1 { font-size: 1.4rem; margin-block: 0 .5rem } h2 { font-size: 1.1rem; margin-block: 0 .5rem } .row + h2 { margin-block-start: 1.5rem }
button { font: inherit; min-block-size: 2.75rem; padding: .4rem 1rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--brand); background: var(--paper); color: var(--brand) }
button.main { background: var(--brand); color: var(--on) }
.levels { display: grid; gap: .5rem; margin-block: .75rem } .row { display: flex; flex-wrap: wrap; gap: .5rem }
label { display: block; margin-block: .4rem } select, input:not([type=checkbox]) { font: inherit;
  padding: .35rem .5rem; min-block-size: 2.5rem; border: 1px solid var(--soft); border-radius: .4rem;
  background: var(--paper); color: var(--ink); max-inline-size: 100% }
input[type=checkbox] { inline-size: 1.2rem; block-size: 1.2rem; vertical-align: middle }
a { color: var(--brand) } main p > a { display: inline-block; padding-block: .4rem }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
pre { direction: ltr; text-align: left; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; background: var(--back); padding: .75rem;
  border-radius: .5rem; font-size: .85rem; line-height: 1.5 }
dt { font-weight: 700 } dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
.notice { border-inline-start: .4rem solid var(--brand) } .good { background: var(--good) }
.bad { background: var(--bad); border-inline-start-color: var(--worse) } .notice p { margin: 0 }
.notice details { margin-block-start: .5rem } main { padding-block: 0 } footer { color: var(--soft) }
.skip { position: absolute; inset-inline-start: -999rem }
.skip:focus { position: static } summary { cursor: pointer; min-block-size: 1.75rem }
`

export function layout(look: Look, body: Html): Html {
  const { lang, title } = look
  const text = TEXTS[lang]
  const other: Lang = lang === 'fa' ? 'en' : 'fa'
  return html`<!doctype html>
    <html lang="${lang}" dir="${lang === 'fa' ? 'rtl' : 'ltr'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${text[title]}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#main">${text.skip}</a>
        <header>
          <p><span class="name">${text[title]}</span><br />${text.tagline}</p>
          <a href="/language?to=${other}" lang="${other}" hreflang="${other}"
            >${text.other_language}</a
          >
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer><p>${text.note}</p></footer>
      </body>
    </html>`
}

export const styleSheet = `${STYLE.trim()}\n`

/** Pretty JSON, escaped by the template that it stands in. */
export const json = (value: unknown): Html =>
  html`<pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`

export const nothing = raw('')
