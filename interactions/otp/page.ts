import { html } from 'hono/html'
import type { AskView } from '../../src/assurance/level.ts'
import { maskMobile } from '../../src/identity/mobile-number.ts'
import { texts } from '../../src/pages/text/index.ts'
import type { OtpState } from './state.ts'

type View = AskView<OtpState>

export const otpPages = { number, code }

function number({ state, locale, error, alternatives }: View) {
  const text = texts(locale)
  const given = state.kind === 'number' ? state.given : undefined
  return html`<h1>${text.otp.numberTitle}</h1>
    <p class="field">
      <label for="mobile">${text.otp.numberLabel}</label>
      <input
        id="mobile"
        name="mobile"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        dir="ltr"
        maxlength="40"
        required
        value="${given ?? ''}"
        aria-describedby="${error ? 'wrong ' : ''}mobile-hint"
        ${error ? html`aria-invalid="true"` : ''}
        data-digits
        autofocus
      />
      <span class="hint" id="mobile-hint">${text.otp.numberHint}</span>
    </p>
    <p><button class="button">${text.otp.getCode}</button></p>
    ${
      alternatives.includes('passkey')
        ? html`<p data-passkey-only hidden>
            <button class="button quiet" name="action" value="passkey" formnovalidate>
              ${text.otp.passkey}
            </button>
          </p>`
        : ''
    }`
}

function code({ state, locale, error, now }: View) {
  if (state.kind !== 'code') throw new TypeError('the code page is drawn from a code')
  const text = texts(locale)
  const left = Math.max(0, Math.ceil((state.expiresAt - now) / 1000))
  const wait = Math.max(0, Math.ceil((state.resendAt - now) / 1000))
  return html`<h1>${text.otp.codeTitle}</h1>
    <p>${text.otp.sentTo} <bdi dir="ltr">…${text.number(maskMobile(state.mobile))}</bdi></p>
    <p class="field">
      <label for="code">${text.otp.codeLabel}</label>
      <input
        id="code"
        name="code"
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        dir="ltr"
        maxlength="12"
        required
        class="code"
        aria-describedby="${error ? 'wrong ' : ''}code-time code-tries"
        ${error ? html`aria-invalid="true"` : ''}
        data-digits
        data-otp
        autofocus
      />
      <span class="hint" id="code-time" data-expired-text="${text.otp.expired}"
        >${left > 0 ? html`${text.otp.expiresIn}: ${countdown(locale, left)}` : text.otp.expired}</span
      >
      <span class="hint" id="code-tries">${text.otp.triesLeft(state.triesLeft)}</span>
    </p>
    <p><button class="button">${text.signIn}</button></p>
    <div class="aside">
      <button class="button quiet" name="action" value="resend" formnovalidate data-after="${wait}">
        ${text.otp.resend}
      </button>
      ${wait > 0 ? html`<span class="hint" data-gone-after="${wait}">${text.otp.resendIn}: ${countdown(locale, wait)}</span>` : ''}
      <button class="link" name="action" value="change" formnovalidate>${text.otp.change}</button>
    </div>`
}

/** Drawn by the server; the browser counts it down where it can. */
function countdown(locale: View['locale'], seconds: number) {
  return html`<bdi dir="ltr" data-countdown="${seconds}" data-locale="${locale}"
    >${texts(locale).otp.secondsLeft(seconds)}</bdi
  >`
}
