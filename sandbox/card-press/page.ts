import { html } from 'hono/html'
import { HOLDERS } from './holders.ts'
import { TEXTS, type Lang } from './text.ts'

/** Whose card, with which picture. Without a script the button shows a card with a drawn face. */
export function pressPage(lang: Lang) {
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
        <script src="/script.js" defer></script>
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
          <form
            action="/card.jpg"
            method="get"
            data-making="${text.making}"
            data-failed="${text.failed}"
            data-no-camera="${text.noCamera}"
            data-ready="${text.ready}"
          >
            ${choice(
              'person',
              text.person,
              HOLDERS.map((one) => [one.id, holderName(one)] as const),
            )}
            ${choice('state', text.state, [
              ['valid', text.valid],
              ['expired', text.expired],
            ])}
            ${choice('digits', text.digits, [
              ['persian', text.persian],
              ['latin', text.latin],
            ])}
            <fieldset hidden>
              <legend>${text.portrait}</legend>
              <label
                >${text.upload}
                <input id="file" type="file" accept="image/jpeg,image/png,image/webp" />
              </label>
              <p class="row">
                <button type="button" id="camera">${text.camera}</button>
                <button type="button" id="take" hidden>${text.take}</button>
              </p>
              <video id="video" muted playsinline hidden></video>
            </fieldset>
            <p class="meta">${text.drawn}</p>
            <button class="main">${text.make}</button>
            <p role="status" id="status"></p>
          </form>
          <figure hidden>
            <img id="card" alt="${text.card}" />
            <figcaption class="meta">
              ${text.big} <a id="save" download="card.jpg">${text.save}</a>
            </figcaption>
          </figure>
        </main>
      </body>
    </html>`
}

const holderName = (one: (typeof HOLDERS)[number]) =>
  `${one.givenName} ${one.familyName} (${one.nationalId ?? ''})`

function choice(name: string, label: string, options: readonly (readonly [string, string])[]) {
  return html`<label
    >${label}
    <select name="${name}">
      ${options.map(([value, said]) => html`<option value="${value}">${said}</option>`)}
    </select></label
  >`
}

/** The picture stays in the page until the card is asked for, and goes nowhere else. */
export const script = `'use strict'
const form = document.querySelector('form')
const byId = (id) => document.getElementById(id)
const say = (text) => { byId('status').textContent = text }
let picture
document.querySelector('fieldset').hidden = false
byId('file').addEventListener('change', (event) => {
  picture = event.target.files[0]
  say(picture ? form.dataset.ready : '')
})
byId('camera').addEventListener('click', async () => {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } },
    })
    byId('video').srcObject = stream
    byId('video').hidden = byId('take').hidden = false
    await byId('video').play()
  } catch { say(form.dataset.noCamera) }
})
byId('take').addEventListener('click', () => {
  const video = byId('video')
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d').drawImage(video, 0, 0)
  for (const track of video.srcObject.getTracks()) track.stop()
  video.hidden = byId('take').hidden = true
  canvas.toBlob((blob) => { picture = blob; say(form.dataset.ready) }, 'image/jpeg', 0.92)
})
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  say(form.dataset.making)
  const address = '/card.jpg?' + new URLSearchParams(new FormData(form))
  const answer = await fetch(address, picture ? { method: 'POST', body: picture } : {})
  if (!answer.ok) return say(form.dataset.failed)
  const url = URL.createObjectURL(await answer.blob())
  byId('card').src = byId('save').href = url
  document.querySelector('figure').hidden = false
  say('')
})
`

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
h1 { font-size: 1.4rem; margin-block: 0 .25rem }
a { color: var(--brand); display: inline-block; min-block-size: 1.75rem }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
.meta { color: var(--soft); font-size: .9rem }
form { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem;
  display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem }
fieldset { border: 1px solid var(--line); border-radius: .5rem; min-inline-size: 0 }
[hidden] { display: none !important }
label { display: grid; grid-template-columns: minmax(0, 1fr); gap: .25rem } .row { display: flex; flex-wrap: wrap; gap: .5rem; margin-block: .5rem 0 }
button, select, input { font: inherit; min-block-size: 2.5rem; max-inline-size: 100%; padding: .25rem .75rem;
  border-radius: .5rem; border: 1px solid var(--brand); background: var(--paper); color: var(--brand) }
button { cursor: pointer } .main { background: var(--brand); color: var(--paper) }
video { inline-size: min(100%, 24rem); border-radius: .5rem; margin-block-start: .5rem }
figure { margin: 1rem 0 } img { inline-size: 100%; max-inline-size: 44rem; border-radius: 1rem }
p { margin: 0 } [role=status]:empty { display: none }
.skip { position: absolute; inset-inline-start: -999rem } .skip:focus { position: static }
`
