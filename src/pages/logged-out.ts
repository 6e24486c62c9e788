import { html } from 'hono/html'
import { backLink, page, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export function loggedOutPage(props: PageProps): Html {
  const { logout } = texts(props.locale)
  return page(
    { ...props, title: logout.doneTitle },
    html`<section class="card">
      <h1>${logout.doneTitle}</h1>
      <p>${logout.doneText}</p>
      ${backLink(props)}
    </section>`,
  )
}
