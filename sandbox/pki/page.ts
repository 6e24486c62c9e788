import { html } from 'hono/html'
import { FAULTS, SERVICES, type FaultBoard, type ServiceName } from './faults.ts'
import type { Entry } from './register.ts'
import { TEXTS, type Lang, type Text } from './text.ts'

const NEWEST = 50

/** What was issued and what may go wrong. */
export function controlPage(entries: readonly Entry[], faults: FaultBoard, lang: Lang) {
  const text = TEXTS[lang]
  const other = lang === 'fa' ? 'en' : 'fa'
  const newest = entries.slice(-NEWEST).toReversed()
  return html`<!doctype html>
    <html lang="${lang}" dir="${lang === 'fa' ? 'rtl' : 'ltr'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${text.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#main">${text.skip}</a>
        <header>
          <a href="/?lang=${other}" lang="${other}" hreflang="${other}"
            >${other === 'fa' ? 'فارسی' : 'English'}</a
          >
        </header>
        <main id="main" tabindex="-1">
          <h1>${text.title}</h1>
          <p class="meta">${text.tagline}</p>
          <p><a href="/trust.pem" download="panjereh-sandbox-root.pem">${text.trust}</a></p>
          <h2>${text.issued}</h2>
          ${newest.length === 0 ? html`<p>${text.none}</p>` : ''}
          <ol>
            ${newest.map((entry) => item(entry, text))}
          </ol>
          <h2>${text.faults}</h2>
          <div class="faults">${SERVICES.map((service) => faultForm(service, faults, text))}</div>
        </main>
      </body>
    </html>`
}

function item({ name, serialNumber, revokedAt }: Entry, text: Text) {
  const action = html`<form method="post" action="/control/revoke/${serialNumber}">
    <button>${text.revoke}</button>
  </form>`
  return html`<li class="row">
    <span
      ><b><bdi>${name}</bdi></b> <bdi class="meta" dir="ltr">${serialNumber}</bdi></span
    >
    ${revokedAt === undefined ? action : html`<span class="mark">${text.revoked}</span>`}
  </li>`
}

function faultForm(service: ServiceName, faults: FaultBoard, text: Text) {
  const now = faults.of(service)
  return html`<form method="post" action="/control/faults" class="row">
    <input type="hidden" name="service" value="${service}" />
    <label
      >${text.services[service]}
      <select name="kind">
        ${FAULTS.map(
          (kind) =>
            html`<option value="${kind}" ${kind === now ? html`selected` : ''}>
              ${text.kinds[kind]}
            </option>`,
        )}
      </select></label
    >
    <button>${text.set}</button>
  </form>`
}

export const styleSheet = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #566076; --paper: #fff; --back: #f3f5f9;
  --line: #cfd6e4; --brand: #0b5c4d }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f7; --soft: #aeb8cb; --paper: #1b2130;
  --back: #121722; --line: #3b455c; --brand: #58c7b0 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); line-height: 1.7;
  font-family: Vazirmatn, 'Noto Sans Arabic', Tahoma, system-ui, sans-serif }
header, main { max-inline-size: 60rem; margin-inline: auto; padding: 1rem }
header { display: flex; justify-content: end; padding-block-end: 0 }
h1 { font-size: 1.4rem; margin-block: 0 .25rem } h2 { font-size: 1.1rem }
a { color: var(--brand); display: inline-block; min-block-size: 1.75rem }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
li, .faults form { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem;
  padding: .75rem 1rem }
.meta { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere }
.mark { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; font-size: .85rem }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; justify-content: space-between }
.faults { display: grid; gap: .5rem }
label { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; flex: 1 }
button, select { font: inherit; min-block-size: 2.75rem; padding: 0 1rem; border-radius: .5rem;
  border: 1px solid var(--line); background: var(--back); color: var(--ink) }
.skip { position: absolute; inset-inline-start: -100vw } .skip:focus { inset-inline-start: 1rem }
`
