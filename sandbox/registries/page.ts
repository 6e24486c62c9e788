import { html } from 'hono/html'
import { COMPANIES, type Persona } from './personas.ts'
import { FAULTS, SERVICES, type FaultBoard, type ServiceName } from './faults.ts'
import { TEXTS, type Lang, type Text } from './text.ts'

/** Who there is and what to type in, and how the registries behave. */
export function controlPage(people: readonly Persona[], faults: FaultBoard, lang: Lang) {
  const text = TEXTS[lang]
  const other = lang === 'fa' ? 'en' : 'fa'
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
          <h2>${text.people}</h2>
          <ol>
            ${people.map((persona) => item(persona, lang))}
          </ol>
          <h2>${text.faults}</h2>
          <div class="faults">${SERVICES.map((service) => faultForm(service, faults, text))}</div>
          <form method="post" action="/control/reset">
            <p><button>${text.reset}</button></p>
          </form>
        </main>
      </body>
    </html>`
}

function item(persona: Persona, lang: Lang) {
  const text = TEXTS[lang]
  const { id, about, mobiles, isAlive, mandates } = persona
  const isRevoked = mandates.every((one) => one.isRevoked)
  return html`<li>
    <p>
      <b><bdi>${persona.givenName} ${persona.familyName}</bdi></b>
      ${isAlive ? '' : html`<span class="mark">${text.dead}</span>`}
      <span class="meta">${about[lang]}</span>
    </p>
    <dl>
      ${row(text.mobiles, mobiles.length > 0 ? mobiles.join(' · ') : text.noMobile)}
      ${persona.nationalId ? row(text.nationalId, persona.nationalId) : ''}
      ${persona.documents.map(({ kind, number, issuer }) =>
        row(text.documents[kind], `${number} ${issuer}`),
      )}
      ${row(
        `${text.birthDate} (${persona.nationalId ? text.jalali : text.gregorian})`,
        dated(persona.birthDate),
      )}
      ${mandates.map(({ legalId, isRevoked: isGone }) =>
        isGone ? '' : row(text.mandates, nameOf(legalId)),
      )}
    </dl>
    <form method="post" action="/control/personas/${id}" class="row">
      ${button(isAlive ? 'die' : 'live', isAlive ? text.die : text.live)}
      ${button('lose', text.lose)} ${button('rename', text.rename)}
      ${
        mandates.length === 0
          ? ''
          : button(isRevoked ? 'restore' : 'revoke', isRevoked ? text.restore : text.revoke)
      }
    </form>
  </li>`
}

function row(name: string, value: string) {
  return html`<div>
    <dt>${name}</dt>
    <dd><bdi dir="auto">${value}</bdi></dd>
  </div>`
}

const button = (action: string, label: string) =>
  html`<button name="action" value="${action}">${label}</button>`

const dated = (compact: string) =>
  `${compact.slice(0, 4)}/${compact.slice(4, 6)}/${compact.slice(6, 8)}`

const nameOf = (legalId: string) =>
  `${COMPANIES.find((company) => company.legalId === legalId)?.name ?? ''} (${legalId})`

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
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)) }
li, .faults form { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem 1rem }
li p { margin: 0 } .meta { color: var(--soft); font-size: .9rem }
.mark { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; font-size: .85rem }
dl { margin: .5rem 0 } dl div { display: flex; flex-wrap: wrap; gap: .25rem .75rem }
dt { color: var(--soft) } dd { margin: 0; font-weight: 600; user-select: all }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; justify-content: space-between }
li .row { justify-content: start }
.faults { display: grid; gap: .5rem }
button, select { font: inherit; min-block-size: 2.5rem; padding: .25rem .75rem; border-radius: .5rem;
  border: 1px solid var(--brand); background: var(--paper); color: var(--brand) }
button { cursor: pointer }
.skip { position: absolute; inset-inline-start: -999rem } .skip:focus { position: static }
`
