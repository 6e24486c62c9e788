import { html } from 'hono/html'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export interface ConsentProps extends PageProps {
  readonly action: string
  readonly csrf: string
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  readonly resources: readonly { readonly resource: string; readonly scopes: readonly string[] }[]
  /** RFC 9396, each as JSON. */
  readonly details: readonly string[]
}

/** What a service would get, in words, before it gets it. */
export function consentPage(props: ConsentProps): Html {
  const { locale, client, action, csrf, resources, details } = props
  const text = texts(locale)
  const title = text.consent.title(client?.name ?? '')
  return page(
    { ...props, title },
    html`<section class="card">
      ${serviceCard(client)}
      <h1>${title}</h1>
      <p>${text.consent.intro}</p>
      <ul class="list">
        ${asked(props).map((line) => html`<li>${line}</li>`)}
        ${resources.map(
          ({ resource, scopes }) =>
            html`<li>
              ${text.consent.resource} <bdi dir="ltr">${resource}</bdi>:
              <bdi dir="ltr">${scopes.join(' ')}</bdi>
            </li>`,
        )}
        ${details.map(
          (detail) =>
            html`<li>${text.consent.details}: <code dir="ltr" class="detail">${detail}</code></li>`,
        )}
      </ul>
      <form method="post" action="${action}" data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        <p class="choices">
          <button class="button" name="action" value="accept">${text.consent.accept}</button>
          <button class="button quiet" name="action" value="refuse">${text.consent.refuse}</button>
        </p>
      </form>
      ${policies(props)}
    </section>`,
  )
}

function asked({ locale, scopes, claims }: ConsentProps): readonly string[] {
  const { consent } = texts(locale)
  const word = (table: Record<string, string>, name: string) =>
    Object.hasOwn(table, name) ? (table[name] ?? name) : consent.other(name)
  const lines = [
    ...scopes.map((scope) => word(consent.scopes, scope)),
    ...claims.map((claim) => word(consent.claims, claim)),
  ]
  return [...new Set(lines)]
}

function policies({ client, locale }: ConsentProps): Html {
  const { consent } = texts(locale)
  const links = [
    [client?.policyUri, consent.policy],
    [client?.tosUri, consent.terms],
  ].filter(([uri]) => uri !== undefined && /^https?:/.test(uri))
  if (links.length === 0) return html``
  return html`<p class="policies">
    ${links.map(([uri, label]) => html`<a href="${uri ?? ''}" target="_blank" rel="noopener">${label}</a> `)}
  </p>`
}
