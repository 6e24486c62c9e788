import { html } from 'hono/html'
import { page, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export interface HomeProps extends PageProps {
  readonly issuer: string
  /** The citizen's own pages, where there are some. */
  readonly accountPath?: string
}

export function homePage(props: HomeProps): Html {
  const { home } = texts(props.locale)
  const discovery = `${props.issuer}/.well-known/openid-configuration`
  return page(
    { ...props, title: home.title },
    html`<section class="card">
      <h1>${home.title}</h1>
      <p>${home.text}</p>
      ${
        props.accountPath === undefined
          ? ''
          : html`<p><a class="button" href="${props.accountPath}">${home.account}</a></p>`
      }
      <h2>${home.engineers}</h2>
      <p><a href="${discovery}">${home.discovery}</a></p>
      <p><code dir="ltr">${props.issuer}</code></p>
    </section>`,
  )
}
