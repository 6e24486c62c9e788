import { html, raw } from 'hono/html'
import { renderSVG } from 'uqr'
import { texts } from '../../src/pages/text/index.ts'
import { stateOf, type FaceView } from './page-state.ts'

/** On the first device, while the other one goes on. The script looks whether it is done; a button does too. */
export function handover(view: FaceView) {
  const { phase } = stateOf(view, 'handover')
  const { face } = texts(view.locale)
  return html`<h1>${face.handOverTitle}</h1>
    <div data-hand-over="${phase}">${PHASES[phase](view)}</div>
    <p class="choices">
      ${
        phase === 'taken'
          ? ''
          : html`<button class="button quiet" name="action" value="handover">
              ${face.handOverFresh}
            </button>`
      }
      <button class="button quiet" name="action" value="take_back">${face.handOverHere}</button>
    </p>`
}

const PHASES = { waiting, taken, expired } as const

function waiting(view: FaceView) {
  const { address, number, expiresAt } = stateOf(view, 'handover')
  const { locale, now } = view
  const { face, otp } = texts(locale)
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  return html`<p>${face.handOverText}</p>
    <div class="code-square" role="img" aria-label="${face.handOverSvg}">${square(address)}</div>
    ${theNumber(view, number)}
    <p class="hint centred" data-expired-text="${face.handOverExpired}">
      ${otp.expiresIn}:
      <bdi dir="ltr" data-countdown="${left}" data-locale="${locale}">${otp.secondsLeft(left)}</bdi>
    </p>
    <details>
      <summary>${face.handOverLink}</summary>
      <p class="address"><bdi dir="ltr">${address}</bdi></p>
    </details>
    <p class="hint" role="status">${face.handOverWait}</p>`
}

function taken(view: FaceView) {
  const { number } = stateOf(view, 'handover')
  const { face } = texts(view.locale)
  return html`<p role="status">${face.handOverOpened}</p>
    ${theNumber(view, number)}
    <p class="hint">${face.handOverWait}</p>`
}

function expired({ locale }: FaceView) {
  return html`<p role="status">${texts(locale).face.handOverExpired}</p>`
}

function theNumber({ locale }: FaceView, number: string) {
  const text = texts(locale)
  return html`<p class="centred">${text.face.handOverNumber}</p>
    <p class="big"><bdi dir="ltr">${text.number(number)}</bdi></p>`
}

/** Black on white in the dark too, with the quiet zone of four modules (ISO/IEC 18004 section 6.3.8). */
function square(address: string) {
  return raw(renderSVG(address, { ecc: 'M', border: 4, pixelSize: 1 }))
}
