import { html } from 'hono/html'
import { page, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export function homePage(props: PageProps & { readonly issuer: string }): Html {
  const { home } = texts(props.locale)
  const discovery = `${props.issuer}/.well-known/openid-configuration`
  return page(
    { ...props, title: home.title },
    html`<section class="card">
      <h1>${home.title}</h1>
      <p>${home.text}</p>
      <h2>${home.engineers}</h2>
      <p><a href="${discovery}">${home.discovery}</a></p>
      <p><code dir="ltr">${props.issuer}</code></p>
    </section>`,
  )
}
