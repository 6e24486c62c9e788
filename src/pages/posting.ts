import { html } from 'hono/html'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts, type Text } from './text/index.ts'

export interface PostingProps extends PageProps {
  /** What happens when the form goes off. */
  readonly kind: keyof Text['posting']
  readonly action: string
  /** Sent as they are: name and value. */
  readonly fields: readonly (readonly [string, string])[]
}

/** A page that sends itself on. Its button is for who has no scripts, and says what will happen. */
export function postingPage(props: PostingProps): Html {
  const text = texts(props.locale)
  const { title, text: says } = text.posting[props.kind]
  return page(
    { ...props, title },
    html`<section class="card">
      ${serviceCard(props.client)}
      <h1>${title}</h1>
      <p>${says}</p>
      <form method="post" action="${props.action}" data-post>
        ${props.fields.map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}
        <button class="button" autofocus>${text.continue}</button>
      </form>
    </section>`,
  )
}
