import { html } from 'hono/html'
import type { Html } from './layout.ts'
import { texts } from './text/index.ts'
import type { Locale } from '../identity/locale.ts'

/** RFC 9396: one object of `authorization_details`. */
export type AuthorizationDetail = Readonly<Record<string, unknown>>

type Draw = (detail: AuthorizationDetail, locale: Locale) => Html

/** In words, by type; what is answered by signing is not asked about again. What has no words of its own is shown word
 *  for word: a person is never asked to allow what he cannot see. */
const WORDS: Readonly<Record<string, Draw>> = {
  'ir.service_request': ({ service, request_ref: ref }, locale) => {
    const { serviceRequest, reference } = texts(locale).consent
    return html`${serviceRequest} <bdi>${said(service)}</bdi>${
        ref === undefined ? '' : html` (${reference} <bdi dir="ltr">${said(ref)}</bdi>)`
      }`
  },
}

export function detailInWords(detail: AuthorizationDetail, locale: Locale): Html {
  const type = said(detail['type'])
  const draw = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined
  return draw ? draw(detail, locale) : wordForWord(detail, locale)
}

function wordForWord(detail: AuthorizationDetail, locale: Locale): Html {
  return html`${texts(locale).consent.details}:
    <dl class="detail" dir="ltr">
      ${Object.entries(detail).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd><bdi>${said(value)}</bdi></dd>`,
      )}
    </dl>`
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
