import { html } from 'hono/html'
import type { AskView } from '../../src/assurance/level.ts'
import { tehranTimeText } from '../../src/identity/jalali-date.ts'
import { texts } from '../../src/pages/text/index.ts'
import { card, liveness } from './page-camera.ts'
import { handover } from './page-hand-over.ts'
import { stateOf } from './page-state.ts'
import type { FaceStage, FaceState } from './state.ts'

type View = AskView<FaceState>

export const facePages = { consent, card, liveness, again, stopped, handover }

/** Before any camera opens: what is taken, what for, for how long, and what if not. */
function consent(view: View) {
  stateOf(view, 'consent')
  const { face } = texts(view.locale)
  return html`<h1>${face.consentTitle}</h1>
    <p>${face.consentText}</p>
    <ol class="list">
      ${face.consentSteps.map((step) => html`<li>${step}</li>`)}
    </ol>
    <p>${face.consentReady}</p>
    <dl class="facts">
      ${face.consentFacts.map(
        ({ ask, answer }) =>
          html`<div>
            <dt>${ask}</dt>
            <dd>${answer}</dd>
          </div>`,
      )}
    </dl>
    <p class="choices">
      <button class="button" name="action" value="agree">${face.agree}</button>
      ${
        view.isHandedOver
          ? ''
          : html`<button class="button quiet" name="action" value="handover">
              ${face.handOver}
            </button>`
      }
    </p>`
}

function again(view: View) {
  const { reasons, triesLeft, stage } = stateOf(view, 'again')
  const { face } = texts(view.locale)
  const said = reasons.map((reason) => face[WORDS[stage]][reason] ?? face[OTHER[stage]][reason])
  return html`<h1>${face.againTitle}</h1>
    <div class="wrong" role="alert" id="wrong" tabindex="-1">
      ${said.map((what) => html`<p>${what}</p>`)}
    </div>
    <p class="hint">${face.triesLeft(triesLeft)}</p>
    <p class="choices">
      <button class="button" name="action" value="retry">${face.retry}</button>
    </p>`
}

/** Some reasons (dark, blurred) are told of a card in other words than of a face. */
const WORDS = { card: 'cardAgain', liveness: 'again' } as const satisfies Record<FaceStage, string>
const OTHER = { card: 'again', liveness: 'cardAgain' } as const satisfies Record<FaceStage, string>

function stopped(view: View) {
  const { why, tryAt } = stateOf(view, 'stopped')
  const { locale, now } = view
  const { face } = texts(locale)
  const { title, text } = face.stops[why]
  return html`<h1>${title}</h1>
    <p>${text}</p>
    ${tryAt === undefined ? '' : html`<p>${face.comeBack(tehranTimeText(tryAt, now, locale))}</p>`}
    <p class="choices">
      <button class="button" name="action" value="return">${face.stopReturn}</button>
    </p>`
}
