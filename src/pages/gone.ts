import { html } from 'hono/html'
import { backLink, page, reference, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

/** An interaction that is over, or belongs to another browser. */
export function gonePage(props: PageProps): Html {
  const { gone } = texts(props.locale)
  return page(
    { ...props, title: gone.title },
    html`<section class="card">
      <h1>${gone.title}</h1>
      <p>${gone.text}</p>
      ${backLink(props)} ${reference(props)}
    </section>`,
  )
}
