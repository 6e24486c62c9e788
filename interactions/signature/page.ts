import { html } from 'hono/html'
import { tehranTimeText } from '../../src/identity/jalali-date.ts'
import { texts } from '../../src/pages/text/index.ts'
import { review } from './page-review.ts'
import { stateOf, type SignatureView } from './page-state.ts'

export const signaturePages = { terms, passkey, review, unfit, stopped }

/** Before anything is made: what is agreed to, and in which name the certificate will be. */
function terms(view: SignatureView) {
  const { name, text, protection } = stateOf(view, 'terms')
  const { signature } = texts(view.locale)
  const [heading, ...lines] = text.split('\n')
  return html`<h1>${signature.termsTitle}</h1>
    <p>${signature.termsText}</p>
    <ol class="list">
      ${signature.termsSteps.map((step) => html`<li>${step}</li>`)}
    </ol>
    <h2>${heading}</h2>
    ${lines.map((line) => html`<p>${line}</p>`)}
    <dl class="facts">
      <div>
        <dt>${signature.certificateName}</dt>
        <dd><bdi>${name}</bdi></dd>
      </div>
      <div>
        <dt>${signature.keyTitle}</dt>
        <dd>${signature.protection[protection]}</dd>
      </div>
    </dl>
    <noscript><p class="wrong">${signature.noScript}</p></noscript>
    <p class="wrong" data-no-passkeys hidden>${signature.noPasskeys}</p>
    <p class="choices">
      <button class="button" name="action" value="agree">${signature.agree}</button>
      <button class="button quiet" name="action" value="refuse">${signature.refuse}</button>
    </p>`
}

function passkey(view: SignatureView) {
  const { options, isReplacing, isAdditional } = stateOf(view, 'passkey')
  const { signature } = texts(view.locale)
  const words = isReplacing ? 'replace' : isAdditional ? 'another' : 'passkey'
  return html`<h1>${signature[`${words}Title`]}</h1>
    <p>${signature[`${words}Text`]}</p>
    <noscript><p class="wrong">${signature.noScript}</p></noscript>
    <p class="wrong" data-no-passkeys hidden>${signature.noPasskeys}</p>
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
      <button class="button quiet" name="action" value="refuse" formnovalidate>
        ${isAdditional ? signature.back : signature.refuse}
      </button>
    </p>`
}

function unfit(view: SignatureView) {
  const { name, reason } = stateOf(view, 'unfit')
  const { signature } = texts(view.locale)
  return html`<h1>${signature.unfitTitle}</h1>
    <p>${signature.unfitText(name)}</p>
    <p class="wrong">${signature.unfit[reason] ?? signature.unfit['other']}</p>
    <p>${signature.unfitDo}</p>
    <p class="choices">
      <button class="button" name="action" value="return">${signature.stopReturn}</button>
    </p>`
}

function stopped(view: SignatureView) {
  const { why, tryAt } = stateOf(view, 'stopped')
  const { locale, now } = view
  const { signature } = texts(locale)
  const { title, text } = signature.stops[why]
  const mayRepeat = why === 'unavailable'
  return html`<h1>${title}</h1>
    <p>${text}</p>
    ${tryAt === undefined ? '' : html`<p>${signature.comeBack(tehranTimeText(tryAt, now, locale))}</p>`}
    <p class="choices">
      ${mayRepeat ? html`<button class="button" name="action" value="again">${signature.stopAgain}</button>` : ''}
      <button class="button${mayRepeat ? ' quiet' : ''}" name="action" value="return">
        ${signature.stopReturn}
      </button>
    </p>`
}
