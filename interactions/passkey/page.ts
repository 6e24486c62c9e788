import { html } from 'hono/html'
import type { AskView } from '../../src/assurance/level.ts'
import { texts } from '../../src/pages/text/index.ts'
import type { PasskeyState } from './state.ts'

type View = AskView<PasskeyState>

export const passkeyPages = { assert, register }

function assert({ state, locale }: View) {
  const { passkey } = texts(locale)
  return html`<h1>${passkey.assertTitle}</h1>
    <p>${passkey.assertText}</p>
    <noscript><p>${passkey.noScript}</p></noscript>
    <input type="hidden" name="assertion" value="" />
    <p class="choices">
      <button
        class="button"
        data-passkey="get"
        data-field="assertion"
        data-options="${state.options}"
      >
        ${passkey.assert}
      </button>
      <button class="button quiet" name="action" value="otp">${passkey.otp}</button>
    </p>`
}

function register({ state, locale }: View) {
  const { passkey } = texts(locale)
  return html`<h1>${passkey.offerTitle}</h1>
    <p>${passkey.offerText}</p>
    <noscript><p>${passkey.noScript}</p></noscript>
    <input type="hidden" name="attestation" value="" />
    <p class="choices">
      <span data-passkey-only hidden>
        <button
          class="button"
          data-passkey="create"
          data-field="attestation"
          data-options="${state.options}"
        >
          ${passkey.register}
        </button>
      </span>
      <button class="button quiet" name="action" value="skip">${passkey.later}</button>
    </p>`
}
