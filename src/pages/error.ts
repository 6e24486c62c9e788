import { html } from 'hono/html'
import { backLink, page, reference, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts, type Text } from './text/index.ts'

export interface ErrorProps extends PageProps {
  readonly kind: keyof Text['faults']
  /** Only for developers' hosts: the exact fault. */
  readonly detail?: { readonly error: string; readonly error_description?: string }
}

export function errorPage(props: ErrorProps): Html {
  const text = texts(props.locale)
  const { title, text: sentence } = text.faults[props.kind]
  return page(
    { ...props, title },
    html`<section class="card">
      ${serviceCard(props.client)}
      <h1>${title}</h1>
      <p>${sentence}</p>
      ${backLink(props)} ${developers(props)} ${reference(props)}
    </section>`,
  )
}

function developers({ detail, locale }: ErrorProps): Html {
  if (detail === undefined) return html``
  return html`<section class="developers" aria-labelledby="developers">
    <h2 id="developers">${texts(locale).forDevelopers}</h2>
    <p dir="ltr" lang="en">
      <code>${detail.error}</code
      >${detail.error_description ? html`: ${detail.error_description}` : ''}
    </p>
  </section>`
}
