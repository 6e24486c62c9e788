import { html } from 'hono/html'
import { jalaliText, tehranDate, tehranTimeText } from '../../src/identity/jalali-date.ts'
import type { AskView } from '../../src/assurance/level.ts'
import { texts } from '../../src/pages/text/index.ts'
import { VIEWER_PATH } from '../../src/pages/viewer-files.ts'
import type { SignatureState } from './state.ts'

type View = AskView<SignatureState>
type State<Kind> = Extract<SignatureState, { kind: Kind }>
type Item = State<'review'>['items'][number]

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
  const { options, text, what, certificate, protection } = state
  const until = jalaliText(tehranDate(certificate.until), view.locale)
  return html`<h1>${signature.reviewTitle[what]}</h1>
    <p>${signature.reviewText[what]}</p>
    <div class="signed-text">
      ${text.split('\n').map((line) => html`<p><bdi>${line}</bdi></p>`)}
    </div>
    ${state.items.map((item) => document(view, item))}
    <p class="hint">
      ${signature.certificateSubject} <bdi>${certificate.subject}</bdi>,
      ${signature.certificateUntil} ${until}. ${signature.protection[protection]}
    </p>
    <noscript><p class="wrong">${signature.noScript}</p></noscript>
    <input type="hidden" name="assertion" value="" />
    <p class="choices">
      <button class="button" data-passkey="get" data-field="assertion" data-options="${options}">
        ${signature.sign}
      </button>
      <button class="button quiet" name="action" value="refuse">${signature.refuseSigning}</button>
    </p>
    <p class="choices">
      <button class="link" name="action" value="lost_passkey">${signature.lostPasskey}</button>
      <button class="link" name="action" value="another_passkey">
        ${signature.anotherPasskey}
      </button>
    </p>`
}

/** One thing that is signed: the document itself, where it is here, and by what it is known in any case. */
function document({ locale, filesAt = '' }: View, { name, sha256, size, file }: Item) {
  const { signature } = texts(locale)
  const { viewer } = signature
  const at = `${filesAt}/${file ?? ''}`
  const facts = html`<p class="document-facts">
    ${file === undefined ? '' : html`<a href="${at}?download">${signature.download}</a>`}
    ${size === undefined ? '' : html`(${kilobytes(size, locale)} ${viewer.kilobytes})`}
    <br />${signature.itemHash}: <code><bdi dir="ltr">${sha256}</bdi></code>
  </p>`
  if (file === undefined) {
    return html`<section class="document">
      <div class="document-bar">
        <h2><bdi>${name}</bdi></h2>
      </div>
      ${facts}
    </section>`
  }
  return html`<section
    class="document"
    data-document="${at}"
    data-viewer="${VIEWER_PATH}"
    data-locale="${locale}"
    data-loading="${viewer.loading}"
    data-count="${viewer.count}"
    data-failed="${viewer.failed}"
  >
    <div class="document-bar">
      <h2><bdi>${name}</bdi></h2>
      <p data-status role="status"></p>
      <button type="button" data-zoom="out" aria-label="${viewer.smaller}" hidden>−</button>
      <button type="button" data-zoom="in" aria-label="${viewer.larger}" hidden>+</button>
    </div>
    <div class="document-pages" data-pages tabindex="0" role="region" aria-label="${name}"></div>
    ${facts}
  </section>`
}

function kilobytes(bytes: number, locale: View['locale']): string {
  const digits = new Intl.NumberFormat(locale === 'fa' ? 'fa-IR' : 'en')
  return digits.format(Math.max(1, Math.round(bytes / 1024)))
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
