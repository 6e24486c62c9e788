import { html } from 'hono/html'
import { page, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export interface LogoutProps extends PageProps {
  readonly action: string
  readonly xsrf: string
  /** Names of the services of this session. */
  readonly services: readonly string[]
}

export function logoutPage(props: LogoutProps): Html {
  const { logout } = texts(props.locale)
  return page(
    { ...props, title: logout.title },
    html`<section class="card">
      <h1>${logout.title}</h1>
      <p>${logout.question}</p>
      ${openServices(props)}
      <form method="post" action="${props.action}" data-once>
        <input type="hidden" name="xsrf" value="${props.xsrf}" />
        <p class="choices">
          <button class="button" name="logout" value="yes">${logout.all}</button>
          <button class="button quiet">${logout.stay}</button>
        </p>
      </form>
    </section>`,
  )
}

function openServices({ services, locale }: LogoutProps): Html {
  if (services.length === 0) return html``
  return html`<p>${texts(locale).logout.open}</p>
    <ul class="list">
      ${services.map((name) => html`<li><bdi>${name}</bdi></li>`)}
    </ul>`
}
