import { html } from 'hono/html'
import { countryName, COUNTRIES } from '../../src/identity/travel-document.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { texts } from '../../src/pages/text/index.ts'
import { DOCUMENTS } from './claim.ts'
import type { Given } from './state.ts'

interface Field {
  readonly name: string
  readonly label: string
  readonly value: string | undefined
  readonly hint?: string
  readonly maxlength: number
  /** As for a keyboard of digits. */
  readonly isNumber?: boolean
  readonly isWrong: boolean
  readonly autocomplete?: string
}

interface Choice {
  readonly value: string
  readonly label: string
}

export function textField(field: Field) {
  const { name, label, value = '', hint, maxlength, isNumber, isWrong, autocomplete } = field
  return html`<p class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      inputmode="${isNumber ? 'numeric' : 'text'}"
      autocomplete="${autocomplete ?? 'off'}"
      dir="ltr"
      maxlength="${maxlength}"
      required
      value="${value}"
      ${described(isWrong, hint && `${name}-hint`)}
      data-digits
    />
    ${hint ? html`<span class="hint" id="${name}-hint">${hint}</span>` : ''}
  </p>`
}

function described(isWrong: boolean, hintId?: string) {
  const ids = [isWrong ? 'wrong' : '', hintId ?? ''].filter((id) => id !== '').join(' ')
  return html`${ids ? html`aria-describedby="${ids}"` : ''}
  ${isWrong ? html`aria-invalid="true"` : ''}`
}

/** Three fields under one name: nobody has to know an order or a separator. */
export function dateFields(
  locale: Locale,
  given: Given,
  { legend, hint, months, isWrong }: DateWords,
) {
  const { registry } = texts(locale)
  const choices = months.map((label, at) => ({ value: String(at + 1), label }))
  return html`<fieldset class="field" ${described(isWrong, 'birth-hint')}>
    <legend>${legend}</legend>
    <span class="date">
      ${part('day', registry.day, given['day'], 2)}
      <span>
        <label for="month">${registry.month}</label>
        ${chooser('month', choices, given['month'], registry.choose)}
      </span>
      ${part('year', registry.year, given['year'], 4)}
    </span>
    <span class="hint" id="birth-hint">${hint}</span>
  </fieldset>`
}

interface DateWords {
  readonly legend: string
  readonly hint: string
  readonly months: readonly string[]
  readonly isWrong: boolean
}

const BIRTH = { day: 'bday-day', year: 'bday-year' } as const

function part(name: 'day' | 'year', label: string, value = '', maxlength: number) {
  return html`<span>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      inputmode="numeric"
      autocomplete="${BIRTH[name]}"
      dir="ltr"
      maxlength="${maxlength}"
      required
      value="${value}"
      data-digits
    />
  </span>`
}

function chooser(name: string, choices: readonly Choice[], value = '', first: string) {
  return html`<select id="${name}" name="${name}" required>
    <option value="">${first}</option>
    ${choices.map(
      (choice) =>
        html`<option value="${choice.value}" ${choice.value === value ? html`selected` : ''}>
          ${choice.label}
        </option>`,
    )}
  </select>`
}

export function documentField(locale: Locale, given: Given) {
  const { registry } = texts(locale)
  const choices = DOCUMENTS.map((value) => ({ value, label: registry.documents[value] ?? value }))
  return html`<p class="field">
    <label for="document">${registry.document}</label>
    ${chooser('document', choices, given['document'], registry.choose)}
  </p>`
}

/** Hidden while another document is chosen, where the browser can (CSS `:has`). */
export function countryField(locale: Locale, given: Given) {
  const { registry } = texts(locale)
  const choices = COUNTRIES.map((value) => ({ value, label: countryName(value, locale) }))
  const sorted = choices.toSorted((one, other) => one.label.localeCompare(other.label, locale))
  return html`<p class="field" data-for-passport>
    <label for="country">${registry.country}</label>
    ${chooser('country', sorted, given['country'], registry.choose)}
    <span class="hint" id="country-hint">${registry.countryHint}</span>
  </p>`
}
