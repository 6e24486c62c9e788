import { html } from 'hono/html'
import { jalaliText, tehranDate, tehranTimeText } from '../../src/identity/jalali-date.ts'
import type { AskView } from '../../src/assurance/level.ts'
import { texts } from '../../src/pages/text/index.ts'
import type { SignatureState } from './state.ts'

type View = AskView<SignatureState>
type State<Kind> = Extract<SignatureState, { kind: Kind }>

export const signaturePages = { terms, passkey, review, unfit, stopped }

/** The state of a page is of the page's kind: a level that mixes them up is a bug. */
function stateOf<Kind extends SignatureState['kind']>({ state }: View, kind: Kind): State<Kind> {
  if (state.kind !== kind) throw new TypeError(`this page is drawn from ${kind}`)
  return state as State<Kind>
}

function terms(view: View) {
  const { text, protection } = stateOf(view, 'terms')
  const { signature } = texts(view.locale)
  return html`<h1>${signature.termsTitle}</h1>
    <p>${signature.termsText}</p>
    <ol class="list">
      ${signature.termsSteps.map((step) => html`<li>${step}</li>`)}
    </ol>
    <h2>${signature.termsHeading}</h2>
    ${text.split('\n').map((line) => html`<p>${line}</p>`)}
    <p class="hint">${signature.protection[protection]}</p>
    <p class="choices">
      <button class="button" name="action" value="agree">${signature.agree}</button>
      <button class="button quiet" name="action" value="refuse">${signature.refuse}</button>
    </p>`
}

function passkey(view: View) {
  const { options, isReplacing, isAdditional } = stateOf(view, 'passkey')
  const { signature } = texts(view.locale)
  const words = isReplacing ? 'replace' : isAdditional ? 'another' : 'passkey'
  return html`<h1>${signature[`${words}Title`]}</h1>
    <p>${signature[`${words}Text`]}</p>
    <noscript><p>${signature.noScript}</p></noscript>
    <input type="hidden" name="attestation" value="" />
    <p class="choices">
      <button
        class="button"
        data-passkey="create"
        data-field="attestation"
        data-options="${options}"
      >
        ${signature.makePasskey}
      </button>
      <button class="button quiet" name="action" value="refuse">
        ${isAdditional ? signature.back : signature.refuse}
      </button>
    </p>`
}

function review(view: View) {
  const state = stateOf(view, 'review')
  const { signature } = texts(view.locale)
  const { certificate, items, options, text, what } = state
  return html`<h1>${signature.reviewTitle[what]}</h1>
    <p>${signature.reviewText[what]}</p>
    ${text.split('\n').map((line) => html`<p><bdi>${line}</bdi></p>`)}
    <ul class="list">
      ${items.map(
        ({ name, sha256, file }) =>
          html`<li>
            <bdi>${name}</bdi>
            ${file === undefined ? '' : html`<a href="files/${file}">${signature.download}</a>`}
            <br />${signature.itemHash}: <bdi dir="ltr">${sha256}</bdi>
          </li>`,
      )}
    </ul>
    <p class="hint">
      ${signature.certificateSubject} <bdi>${certificate.subject}</bdi>,
      ${signature.certificateUntil} ${jalaliText(tehranDate(certificate.until), view.locale)}.
      ${signature.protection[state.protection]}
    </p>
    <noscript><p>${signature.noScript}</p></noscript>
    <input type="hidden" name="assertion" value="" />
    <p class="choices">
      <button class="button" data-passkey="get" data-field="assertion" data-options="${options}">
        ${signature.sign}
      </button>
      <button class="button quiet" name="action" value="refuse">${signature.refuseSigning}</button>
      <button class="button quiet" name="action" value="lost_passkey">
        ${signature.lostPasskey}
      </button>
      <button class="button quiet" name="action" value="another_passkey">
        ${signature.anotherPasskey}
      </button>
    </p>`
}

function unfit(view: View) {
  const { name, reason } = stateOf(view, 'unfit')
  const { signature } = texts(view.locale)
  return html`<h1>${signature.unfitTitle}</h1>
    <p>${signature.unfitText(name)}</p>
    <p>${signature.unfit[reason] ?? signature.unfit['other']}</p>
    <p>${signature.unfitDo}</p>
    <p class="choices">
      <button class="button" name="action" value="return">${signature.stopReturn}</button>
    </p>`
}

function stopped(view: View) {
  const { why, tryAt } = stateOf(view, 'stopped')
  const { locale, now } = view
  const { signature } = texts(locale)
  const { title, text } = signature.stops[why]
  return html`<h1>${title}</h1>
    <p>${text}</p>
    ${tryAt === undefined ? '' : html`<p>${signature.comeBack(tehranTimeText(tryAt, now, locale))}</p>`}
    <p class="choices">
      ${
        why === 'unavailable'
          ? html`<button class="button" name="action" value="again">${signature.stopAgain}</button>`
          : ''
      }
      <button class="button quiet" name="action" value="return">${signature.stopReturn}</button>
    </p>`
}
