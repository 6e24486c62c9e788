import { html } from 'hono/html'
import { jalaliText, tehranDate } from '../../src/identity/jalali-date.ts'
import { shownName } from '../../src/identity/person-name.ts'
import { texts } from '../../src/pages/text/index.ts'
import { documentView, namedItem } from './page-document.ts'
import { stateOf, type SignatureView } from './page-state.ts'

type ReviewPage = ReturnType<typeof stateOf<'review'>>

/** What is signed, in whose name and how it is known, and then the two answers, both as easy to give. */
export function review(view: SignatureView) {
  const state = stateOf(view, 'review')
  const { signature } = texts(view.locale)
  const { options, what, items } = state
  const documents = items.filter(({ file }) => file !== undefined)
  return html`<h1>${signature.reviewTitle[what]}</h1>
    <p>${signature.reviewText[what]}</p>
    ${signedText(view, state)} ${seals(view, state)}
    ${documents.map((item) => documentView(view, item))} ${others(view, state)}
    ${certificate(view, state)} ${timeLeft(view, state)}
    <noscript><p class="wrong">${signature.noScript}</p></noscript>
    <p class="wrong" data-no-passkeys hidden>${signature.noPasskeys}</p>
    <input type="hidden" name="assertion" value="" />
    <p class="choices">
      <button
        class="button"
        data-passkey="get"
        data-field="assertion"
        data-options="${options}"
        data-until-expired
      >
        ${documents.length > 1 ? signature.signAll(documents.length) : signature.sign}
      </button>
      <button class="button" name="action" value="again" data-when-expired formnovalidate hidden>
        ${signature.showAgain}
      </button>
      <button class="button quiet" name="action" value="refuse" formnovalidate>
        ${signature.refuseSigning}
      </button>
    </p>
    <p class="aside">
      <button class="link" name="action" value="lost_passkey" formnovalidate>
        ${signature.lostPasskey}
      </button>
      <button class="link" name="action" value="another_passkey" formnovalidate>
        ${signature.anotherPasskey}
      </button>
    </p>`
}

/** Word for word: a part of what the passkey and the key sign. Of documents it is what the service says of
 *  them; of hashes the list of their names, which is shown as that. */
function signedText({ locale }: SignatureView, { text, what, items }: ReviewPage) {
  const isListed = text === items.map(({ name }) => name).join('\n')
  if (text === '' || isListed) return ''
  const { signature } = texts(locale)
  const heading = what === 'documents' ? html`<h2>${signature.purpose}</h2>` : ''
  return html`${heading}
    <div class="signed-text${what === 'terms' ? ' terms' : ''}" ${scrolls(what)}>
      ${text.split('\n').map((line) => html`<p>${line}</p>`)}
    </div>`
}

/** Nothing is put on a document that its signer was not told of. */
function seals({ locale }: SignatureView, { seals: all }: ReviewPage) {
  const { sealText } = texts(locale).signature
  return all.map(({ order, by }) => html`<p class="hint">${sealText[order](shownName(by))}</p>`)
}

/** What scrolls is to be reached by keys (WCAG 2.1.1). */
const scrolls = (what: ReviewPage['what']) => (what === 'terms' ? html`tabindex="0"` : '')

function others({ locale }: SignatureView, { items }: ReviewPage) {
  const unseen = items.filter(({ file }) => file === undefined)
  if (unseen.length === 0) return ''
  return html`<ul class="list">
    ${unseen.map((item) => namedItem(item, locale))}
  </ul>`
}

function certificate({ locale }: SignatureView, { certificate: own, protection }: ReviewPage) {
  const { signature } = texts(locale)
  return html`<h2>${signature.certificateTitle}</h2>
    <dl class="facts">
      <div>
        <dt>${signature.certificateSubject}</dt>
        <dd><bdi>${own.subject}</bdi></dd>
      </div>
      <div>
        <dt>${signature.certificateIssuer}</dt>
        <dd><bdi>${own.issuer}</bdi></dd>
      </div>
      <div>
        <dt>${signature.certificateUntil}</dt>
        <dd>${jalaliText(tehranDate(own.until), locale)}</dd>
      </div>
      <div>
        <dt>${signature.keyTitle}</dt>
        <dd>${signature.protection[protection]}</dd>
      </div>
    </dl>`
}

function timeLeft({ locale, now }: SignatureView, { expiresAt }: ReviewPage) {
  const { signature, otp, error } = texts(locale)
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  return html`<p class="hint" data-expired-text="${error['signature_expired']}">
    ${signature.timeLeft}:
    <bdi dir="ltr" data-countdown="${left}" data-locale="${locale}">${otp.secondsLeft(left)}</bdi>
  </p>`
}
