import { html } from 'hono/html'
import type { AskView } from '../../src/assurance/level.ts'
import { maskMobile } from '../../src/identity/mobile-number.ts'
import { texts } from '../../src/pages/text/index.ts'
import type { OtpState } from './state.ts'

type View = AskView<OtpState>

export const otpPages = { number, captcha, code }

function number({ state, locale, error, alternatives, now }: View) {
  const text = texts(locale)
  const { given, sendAt = 0 } = state.kind === 'number' ? state : {}
  const wait = secondsUntil(sendAt, now)
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
    <p>
      <button class="button">${text.otp.getCode}</button>
      ${waiting(locale, wait, text.otp.sendIn)}
    </p>
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
  const left = secondsUntil(state.expiresAt, now)
  const wait = secondsUntil(state.resendAt, now)
  const pause = secondsUntil(state.tryAt, now)
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
    <p>
      <button class="button" data-after="${pause}">${text.signIn}</button>
      ${waiting(locale, pause, text.otp.tryIn)}
    </p>
    <div class="aside">
      <button class="button quiet" name="action" value="resend" formnovalidate data-after="${wait}">
        ${text.otp.resend}
      </button>
      ${waiting(locale, wait, text.otp.resendIn)}
      <button class="link" name="action" value="change" formnovalidate>${text.otp.change}</button>
    </div>`
}

/** A puzzle for scripts, and a sum for people without one. */
function captcha({ state, locale, error, now }: View) {
  if (state.kind !== 'captcha') throw new TypeError('the captcha page is drawn from a puzzle')
  const text = texts(locale)
  const { work, question } = state.puzzle
  const wait = secondsUntil(question.answerFrom, now)
  const [one, other] = question.addends
  return html`<h1>${text.otp.captchaTitle}</h1>
    <p>${text.otp.captchaText}</p>
    <input
      type="hidden"
      name="work"
      value=""
      data-work-salt="${work.salt}"
      data-work-bits="${work.bits}"
    />
    <p class="hint" role="status" data-work-status hidden>${text.otp.captchaWorking}</p>
    <p class="field">
      <label for="sum">${text.otp.captchaSum(one, other)}</label>
      <input
        id="sum"
        name="sum"
        type="text"
        inputmode="numeric"
        autocomplete="off"
        dir="ltr"
        maxlength="6"
        aria-describedby="${error ? 'wrong ' : ''}sum-hint"
        ${error ? html`aria-invalid="true"` : ''}
        data-digits
      />
      <span class="hint" id="sum-hint">${text.otp.captchaHint}</span>
    </p>
    <p>
      <button class="button" data-after="${wait}">${text.continue}</button>
      ${waiting(locale, wait, text.otp.tryIn)}
    </p>
    <div class="aside">
      <button class="link" name="action" value="change" formnovalidate>${text.otp.change}</button>
    </div>`
}

function secondsUntil(then: number, now: number): number {
  return Math.max(0, Math.ceil((then - now) / 1000))
}

/** How long still, next to the button that waits. */
function waiting(locale: View['locale'], seconds: number, says: string) {
  if (seconds <= 0) return ''
  return html`<span class="hint" data-gone-after="${seconds}"
    >${says}: ${countdown(locale, seconds)}</span
  >`
}

/** Drawn by the server; the browser counts it down where it can. */
function countdown(locale: View['locale'], seconds: number) {
  return html`<bdi dir="ltr" data-countdown="${seconds}" data-locale="${locale}"
    >${texts(locale).otp.secondsLeft(seconds)}</bdi
  >`
}
