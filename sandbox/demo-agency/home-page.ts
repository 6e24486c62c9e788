import { html } from 'hono/html'
import { layout, nothing, type Html, type Look } from './layout.ts'
import { noticeCard } from './notice.ts'
import type { AgencySession } from './sessions.ts'
import { signCard } from './sign-card.ts'
import { TEXTS, levelText, type TextKey } from './text.ts'

type Choice = readonly [value: string, text: TextKey]

const ASKS: readonly Choice[] = [
  ['acr_values', 'ask_acr_values'],
  ['essential', 'ask_essential'],
  ['voluntary', 'ask_voluntary'],
]
const PROMPTS: readonly Choice[] = [
  ['', 'prompt_default'],
  ['login', 'prompt_login'],
  ['none', 'prompt_none'],
  ['consent', 'prompt_consent'],
  ['select_account', 'prompt_select_account'],
]

export function homePage(look: Look, session: AgencySession | undefined): Html {
  const { lang } = look
  const text = TEXTS[lang]
  const select = (name: string, label: TextKey, choices: readonly Choice[]) =>
    html`<label
      >${text[label]}<br /><select name="${name}">
        ${choices.map(([value, key]) => html`<option value="${value}">${text[key]}</option>`)}
      </select></label
    >`
  const check = (name: string, isOn: boolean) =>
    html`<label
      ><input type="checkbox" name="${name}" ${isOn ? html` checked` : nothing} />
      ${text[name as TextKey]}</label
    >`

  return layout(
    look,
    html`${noticeCard(lang, session)}
      <form class="card" method="post" action="/sign-in">
        <h1>${text.sign_in}</h1>
        <p>${text.intro}</p>
        <div class="levels">
          ${[1, 2, 3, 4].map(
            (level) =>
              html`<button
                name="level"
                value="${level}"
                ${level === 1 ? html` class="main"` : nothing}
              >
                ${levelText(lang, level)}
              </button>`,
          )}
        </div>
        <details>
          <summary>${text.options}</summary>
          ${select('ask', 'ask', ASKS)} ${select('prompt', 'prompt', PROMPTS)}
          <label
            >${text.max_age}<br /><input
              name="max_age"
              inputmode="numeric"
              dir="ltr"
              size="8"
              maxlength="9"
          /></label>
          <label
            >${text.ui_locales}<br /><select name="ui_locales">
              <option value="">${text.locale_any}</option>
              <option value="fa">فارسی</option>
              <option value="en">English</option>
            </select></label
          >
          ${check('phone', true)} ${check('offline', false)} ${check('par', false)}
          ${check('rar', false)} ${check('profile', true)} ${check('national_id', false)}
          ${check('legal_person', false)} ${check('verified', false)}
        </details>
      </form>
      ${signCard(look)}`,
  )
}
