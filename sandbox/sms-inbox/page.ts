import { html } from 'hono/html'
import type { Message } from './messages.ts'
import { TEXTS, type Lang, type Text } from './text.ts'

/** The citizen's telephone, as it were: the newest message first. */
export function inboxPage(messages: readonly Message[], lang: Lang) {
  const text = TEXTS[lang]
  const other = lang === 'fa' ? 'en' : 'fa'
  return html`<!doctype html>
    <html lang="${lang}" dir="${lang === 'fa' ? 'rtl' : 'ltr'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <noscript><meta http-equiv="refresh" content="3" /></noscript>
        <title>${text.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
        <script type="module" src="/script.js"></script>
      </head>
      <body data-last="${messages[0]?.id ?? 0}">
        <a class="skip" href="#main">${text.skip}</a>
        <header>
          <a href="/?lang=${other}" lang="${other}" hreflang="${other}"
            >${other === 'fa' ? 'فارسی' : 'English'}</a
          >
        </header>
        <main id="main" tabindex="-1">
          <h1>${text.title}</h1>
          <p class="meta">${text.tagline}</p>
          <p role="status" class="meta" data-said></p>
          ${
            messages.length === 0
              ? html`<p>${text.none}</p>`
              : html`<ol>
                  ${messages.map((message) => item(message, text))}
                </ol>`
          }
        </main>
      </body>
    </html>`
}

function item({ code, to, at, gateway, text: said }: Message, text: Text) {
  return html`<li>
    ${
      code
        ? html`<p class="row">
            <bdi class="code" dir="ltr">${code}</bdi>
            <button type="button" data-copy="${code}" data-copied="${text.copied}" hidden>
              ${text.copy}
            </button>
          </p>`
        : ''
    }
    <p class="meta">
      ${text.to} <bdi dir="ltr">${to}</bdi> ${text.by} <bdi dir="ltr">${gateway}</bdi> ${text.at}
      <time datetime="${at}" dir="ltr">${at.slice(11, 19)}</time> <span dir="ltr">UTC</span>
    </p>
    <p dir="auto" class="said">${said}</p>
  </li>`
}

export const styleSheet = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #566076; --paper: #fff; --back: #f3f5f9;
  --line: #cfd6e4; --brand: #0b5c4d }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f7; --soft: #aeb8cb; --paper: #1b2130;
  --back: #121722; --line: #3b455c; --brand: #58c7b0 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); line-height: 1.7;
  font-family: Vazirmatn, 'Noto Sans Arabic', Tahoma, system-ui, sans-serif }
header, main { max-inline-size: 44rem; margin-inline: auto; padding: 1rem }
header, .row { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 1rem }
header { justify-content: end; padding-block-end: 0 }
h1 { font-size: 1.4rem; margin-block: 0 .25rem }
a { color: var(--brand); display: inline-block; min-block-size: 1.75rem }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem }
li { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem 1rem }
li p { margin: 0 } .said { overflow-wrap: anywhere; white-space: pre-line; unicode-bidi: plaintext }
.code { font-size: 1.75rem; font-weight: 700; letter-spacing: .2em; user-select: all }
.meta { color: var(--soft); font-size: .9rem }
button { font: inherit; min-block-size: 2.75rem; padding: .4rem 1rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--brand); background: var(--paper); color: var(--brand) }
.skip { position: absolute; inset-inline-start: -999rem } .skip:focus { position: static }
`

/** Copies codes, and shows what is new without a reload while nothing is. */
export const script = `
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    document.querySelector('[data-said]').textContent = button.dataset.copied
  })
}
setInterval(async () => {
  const newest = await fetch('/newest').then((answer) => answer.json(), () => undefined)
  if (newest && String(newest.id) !== document.body.dataset.last) location.reload()
}, 2000)
`
