import { html } from 'hono/html'
import type { AskView } from '../../src/assurance/level.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { tehranTimeText } from '../../src/identity/jalali-date.ts'
import { texts } from '../../src/pages/text/index.ts'
import { countryField, dateFields, documentField, textField } from './fields.ts'
import type { RegistryState, Stop } from './state.ts'

type View = AskView<RegistryState>
type State<Kind> = Extract<RegistryState, { kind: Kind }>

export const registryPages = { iranian, foreign, away, join, renamed, stopped }

/** The state of a page is of the page's kind: a level that mixes them up is a bug. */
function stateOf<Kind extends RegistryState['kind']>({ state }: View, kind: Kind): State<Kind> {
  if (state.kind !== kind) throw new TypeError(`this page is drawn from ${kind}`)
  return state as State<Kind>
}

function iranian(view: View) {
  const { locale, error } = view
  const { given } = stateOf(view, 'form')
  const { registry } = texts(locale)
  return html`<h1>${registry.iranianTitle}</h1>
    <p>${registry.iranianText}</p>
    ${textField({
      name: 'national_id',
      label: registry.nationalId,
      value: given['national_id'],
      hint: registry.nationalIdHint,
      maxlength: 20,
      isNumber: true,
      isWrong: isOneOf(error, 'national_id_invalid', 'registry_mismatch'),
    })}
    ${dateFields(locale, given, {
      legend: registry.birthDate,
      hint: registry.birthDateHint,
      months: registry.jalaliMonths,
      isWrong: isOneOf(error, 'birth_date_invalid', 'registry_mismatch'),
    })}
    ${ending(locale, 'foreign', registry.toForeign)}`
}

function foreign(view: View) {
  const { locale, error } = view
  const { given } = stateOf(view, 'form')
  const { registry } = texts(locale)
  return html`<h1>${registry.foreignTitle}</h1>
    <p>${registry.foreignText}</p>
    ${documentField(locale, given)}
    ${textField({
      name: 'number',
      label: registry.documentNumber,
      value: given['number'],
      maxlength: 30,
      isWrong: isOneOf(error, 'document_invalid', 'registry_mismatch'),
    })}
    ${countryField(locale, given)}
    ${dateFields(locale, given, {
      legend: registry.foreignBirthDate,
      hint: registry.foreignBirthDateHint,
      months: registry.gregorianMonths,
      isWrong: isOneOf(error, 'birth_date_invalid', 'registry_mismatch'),
    })}
    ${ending(locale, 'iranian', registry.toIranian)}`
}

const isOneOf = (error: string | undefined, ...wrong: readonly string[]) =>
  error !== undefined && wrong.includes(error)

/** The registries take some seconds: whoever waits is told. */
function ending(locale: Locale, other: string, toOther: string) {
  const { registry } = texts(locale)
  return html`<p class="hint">${registry.privacy}</p>
    <p><button class="button">${registry.check}</button></p>
    ${busy(locale)}
    <div class="aside">
      <button class="link" name="action" value="${other}" formnovalidate>${toOther}</button>
    </div>`
}

function busy(locale: Locale) {
  return html`<p class="hint" role="status" data-busy hidden>${texts(locale).registry.busy}</p>`
}

function away(view: View) {
  const { locale, now, mayFallBack } = view
  const { reason, tryAt, isAnnounced } = stateOf(view, 'away')
  const { registry, otp } = texts(locale)
  const wait = Math.max(0, Math.ceil((tryAt - now) / 1000))
  const isLong = isAnnounced && wait > 120
  return html`<h1>${registry.awayTitle}</h1>
    <p>${registry.away[reason] ?? registry.awayOther}</p>
    ${isLong ? html`<p>${registry.comeBack(tehranTimeText(tryAt, now, locale))}</p>` : ''}
    <p>${registry.awayKept}</p>
    <p class="choices">
      ${isLong ? '' : html`<button class="button" data-after="${wait}">${registry.tryAgain}</button>`}
      ${
        isLong || wait === 0
          ? ''
          : html`<span class="hint" data-gone-after="${wait}"
              >${registry.tryIn}:
              <bdi dir="ltr" data-countdown="${wait}" data-locale="${locale}"
                >${otp.secondsLeft(wait)}</bdi
              ></span
            >`
      }
      <button class="button ${isLong ? '' : 'quiet'}" name="action" value="leave" formnovalidate>
        ${mayFallBack ? registry.leaveLower : registry.leave}
      </button>
    </p>
    ${busy(locale)}`
}

function join(view: View) {
  const { isOthers } = stateOf(view, 'join')
  const { registry } = texts(view.locale)
  return html`<h1>${isOthers ? registry.moveTitle : registry.joinTitle}</h1>
    <p>${isOthers ? registry.moveText : registry.joinText}</p>
    <p class="choices">
      <button class="button" name="action" value="join">
        ${isOthers ? registry.move : registry.join}
      </button>
    </p>
    <p class="hint">${registry.joinNot}</p>`
}

function renamed(view: View) {
  const { identity, reason } = stateOf(view, 'renamed')
  const { givenName, familyName } = identity.attributes
  const { registry } = texts(view.locale)
  return html`<h1>${registry.renamedTitle}</h1>
    <p>${reason === 'maiden' ? registry.renamedMaiden : registry.renamedChange}</p>
    <p class="told"><bdi>${givenName} ${familyName}</bdi></p>
    <p>${registry.renamedText}</p>
    <p class="choices">
      <button class="button" name="action" value="accept">${registry.renamedAccept}</button>
    </p>`
}

/** What a person can do from there, beside going back. */
const WAYS: Readonly<Record<Stop, readonly ('number' | 'person')[]>> = {
  deceased: ['number'],
  minor: [],
  multiple: [],
  document_expired: ['person'],
  number_moved: ['number', 'person'],
}

function stopped(view: View) {
  const { why } = stateOf(view, 'stopped')
  const { registry } = texts(view.locale)
  const { title, text } = registry.stops[why]
  const labels = {
    number: registry.stopNumber,
    person: PERSON_LABEL[why]?.(registry) ?? registry.stopPerson,
  }
  return html`<h1>${title}</h1>
    <p>${text}</p>
    <p class="choices">
      ${WAYS[why].map(
        (way) => html`<button class="button" name="action" value="${way}">${labels[way]}</button>`,
      )}
      <button class="button quiet" name="action" value="return">${registry.stopReturn}</button>
    </p>`
}

type Words = ReturnType<typeof texts>['registry']
const PERSON_LABEL: Partial<Record<Stop, (registry: Words) => string>> = {
  document_expired: ({ stopOtherDocument }) => stopOtherDocument,
}
