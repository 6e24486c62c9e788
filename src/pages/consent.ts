import { html } from 'hono/html'
import { withoutBidiMarks } from '../identity/digits.ts'
import type { Locale } from '../identity/locale.ts'
import { detailInWords, type AuthorizationDetail } from './authorization-details.ts'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export interface ConsentProps extends PageProps {
  readonly action: string
  readonly csrf: string
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  /** With the proof of them (OpenID Connect for Identity Assurance), and the service's own purpose. */
  readonly verified: readonly { readonly claim: string; readonly purpose?: string }[]
  readonly resources: readonly { readonly resource: string; readonly scopes: readonly string[] }[]
  /** RFC 9396. */
  readonly details: readonly AuthorizationDetail[]
  /** Something was signed for the service before: it gets that whatever the answer is. */
  readonly isSigned?: boolean
}

/** What a service would get, in words, before it gets it. */
export function consentPage(props: ConsentProps): Html {
  const { locale, client, action, csrf, resources, details, isSigned = false } = props
  const text = texts(locale)
  const title = text.consent.title(client?.name ?? '')
  return page(
    { ...props, title },
    html`<section class="card">
      ${serviceCard(client)}
      <h1>${title}</h1>
      <p>${isSigned ? text.consent.introSigned : text.consent.intro}</p>
      <ul class="list">
        ${asked(props).map((line) => html`<li>${line}</li>`)} ${proved(props)}
        ${resources.map(
          ({ resource, scopes }) =>
            html`<li>
              ${text.consent.resource}
              <span class="raw"><bdi dir="ltr">${resource}</bdi></span>
              <span class="raw"><bdi dir="ltr">${scopes.join(' ')}</bdi></span>
            </li>`,
        )}
        ${details.map((detail) => html`<li>${detailInWords(detail, locale)}</li>`)}
      </ul>
      <form method="post" action="${action}" data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        <p class="choices">
          <button class="button" name="action" value="accept">${text.consent.accept}</button>
          <button class="button quiet" name="action" value="refuse">
            ${isSigned ? text.consent.refuseSigned : text.consent.refuse}
          </button>
        </p>
      </form>
      ${policies(props)}
    </section>`,
  )
}

function asked({ locale, scopes, claims }: ConsentProps): readonly string[] {
  const { consent } = texts(locale)
  const lines = [
    ...scopes.map((scope) => wordOf(consent.scopes, scope, locale)),
    ...claims.map((claim) => wordOf(consent.claims, claim, locale)),
  ]
  return [...new Set(lines)]
}

function proved({ locale, verified }: ConsentProps) {
  const { consent } = texts(locale)
  return verified.map(
    ({ claim, purpose }) =>
      html`<li>
        ${consent.verified(wordOf(consent.claims, claim, locale))}
        ${
          purpose === undefined
            ? ''
            : html`<span class="purpose"
                >${consent.purpose} <bdi>${withoutBidiMarks(purpose)}</bdi></span
              >`
        }
      </li>`,
  )
}

function wordOf(table: Record<string, string>, name: string, locale: Locale): string {
  return Object.hasOwn(table, name) ? (table[name] ?? name) : texts(locale).consent.other(name)
}

/** The service's own words, at a host that is named: the link leaves us. */
function policies({ client, locale }: ConsentProps): Html {
  const { consent } = texts(locale)
  const links = [
    [client?.policyUri, consent.policy],
    [client?.tosUri, consent.terms],
  ].flatMap(([uri, label]) => {
    const url = URL.parse(uri ?? '')
    return url && /^https?:$/.test(url.protocol) ? [{ href: url.href, host: url.host, label }] : []
  })
  if (links.length === 0) return html``
  return html`<ul class="policies">
    ${links.map(
      ({ href, host, label }) =>
        html`<li>
          <a href="${href}" target="_blank" rel="noopener noreferrer">${label}</a>
          <bdi class="host" dir="ltr">${host}</bdi>
        </li>`,
    )}
  </ul>`
}
