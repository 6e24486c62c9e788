import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import { PATHS } from './paths.ts'
import { accountText } from './text/index.ts'

/** Nobody is signed in: the person went back, or what is asked for could not be proved. */
export function outsidePage(props: PageProps, why: 'left' | 'unmet'): Html {
  const { title, text, again } = accountText(props.locale).outside
  return page(
    { ...props, title },
    html`<section class="card">
      <h1>${title}</h1>
      <p>${text[why]}</p>
      <p class="choices"><a class="button" href="${PATHS.list}">${again}</a></p>
    </section>`,
  )
}
