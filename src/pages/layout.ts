import { html } from 'hono/html'
import type { Locale } from '../identity/locale.ts'
import type { Assets } from './assets.ts'
import { texts } from './text/index.ts'

export type Html = ReturnType<typeof html>

/** What a page may say about a service: all of it registered, none of it from the request. */
export interface ClientView {
  readonly name: string
  readonly host?: string
  /** On our own origin; the initial stands for it where there is none. */
  readonly logoUrl?: string
  /** The service's own home, to go back to. */
  readonly returnUri?: string
  readonly policyUri?: string
  readonly tosUri?: string
}

export interface LanguageLink {
  readonly locale: Locale
  readonly href: string
}

/** What every page has. */
export interface PageProps {
  readonly locale: Locale
  readonly assets: Pick<Assets, 'url'>
  readonly languageLinks?: readonly LanguageLink[]
  readonly client?: ClientView
  readonly requestId?: string
  /** Names of assets that this page needs beside the common ones: style sheets and scripts. */
  readonly files?: readonly string[]
}

/** A whole document. No script and no style stands inside it: the policy allows files of ours alone. */
export function page(props: PageProps & { readonly title: string }, body: Html | Html[]): Html {
  const { locale, assets, title, files = [] } = props
  const text = texts(locale)
  return html`<!doctype html>
    <html lang="${locale}" dir="${text.dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · ${text.name}</title>
        <link rel="icon" href="${assets.url('icon.svg')}" type="image/svg+xml" />
        <link
          rel="preload"
          href="${assets.url('vazirmatn.woff2')}"
          as="font"
          type="font/woff2"
          crossorigin
        />
        <link rel="stylesheet" href="${assets.url('panjereh.css')}" />
        <script type="module" src="${assets.url('page.js')}"></script>
        ${files.map((name) => fileLink(assets.url(name)))}
      </head>
      <body>
        <a class="skip" href="#main">${text.skip}</a>
        <header class="top">
          <span class="brand">${mark()}<span>${text.name}</span></span>
          ${languages(props)}
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer class="foot">
          <p>${text.privacy}</p>
        </footer>
      </body>
    </html>`
}

function fileLink(url: string): Html {
  return url.endsWith('.css')
    ? html`<link rel="stylesheet" href="${url}" />`
    : html`<script type="module" src="${url}"></script>`
}

/** Our sign: an open window. */
function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path d="M6 28V13a10 10 0 0 1 20 0v15z" fill="none" stroke="currentColor" stroke-width="2.5" />
    <path d="M16 3v25M6 16h20" stroke="currentColor" stroke-width="2" />
  </svg>`
}

function languages({ locale, languageLinks = [] }: PageProps): Html {
  const text = texts(locale)
  const others = languageLinks.filter((link) => link.locale !== locale)
  return html`<nav class="languages" aria-label="${text.language}">
    ${others.map(
      (link) =>
        html`<a href="${link.href}" hreflang="${link.locale}" lang="${link.locale}" rel="nofollow"
          >${text.languages[link.locale]}</a
        >`,
    )}
  </nav>`
}

/** The service, by its registered name and host. */
export function serviceCard(client: ClientView | undefined): Html {
  if (client === undefined) return html``
  return html`<p class="service">
    ${face(client)}
    <span
      ><bdi class="service-name">${client.name}</bdi>
      ${client.host ? html`<bdi class="host" dir="ltr">${client.host}</bdi>` : ''}</span
    >
  </p>`
}

/** The name stands beside it: for who does not see it, there is nothing more to say. */
function face({ name, logoUrl }: ClientView): Html {
  if (logoUrl !== undefined) return html`<img class="logo" src="${logoUrl}" alt="" />`
  return html`<span class="initial" aria-hidden="true">${Array.from(name)[0] ?? ''}</span>`
}

export function backLink({ client, locale }: PageProps): Html {
  if (client?.returnUri === undefined || !/^https?:/.test(client.returnUri)) return html``
  return html`<p>
    <a class="button quiet" href="${client.returnUri}">${texts(locale).back(client.name)}</a>
  </p>`
}

export function reference({ requestId, locale }: PageProps): Html {
  if (requestId === undefined) return html``
  return html`<p class="reference">
    ${texts(locale).requestId}: <bdi dir="ltr"><code>${requestId}</code></bdi>
  </p>`
}
