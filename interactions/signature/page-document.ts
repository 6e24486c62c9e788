import { html, raw } from 'hono/html'
import { texts } from '../../src/pages/text/index.ts'
import { VIEWER_PATH } from '../../src/pages/viewer-files.ts'
import type { SignatureView } from './page-state.ts'
import type { ReviewItem } from './state.ts'

type Place = Pick<SignatureView, 'locale' | 'filesAt'>

/** A document to be read before it is signed. The script (src/pages/browser/document-view.ts) finds all its words here
 *  and fills the place of the pages; without it the document can be downloaded. */
export function documentView({ locale, filesAt = '' }: Place, item: ReviewItem) {
  const { signature } = texts(locale)
  const address = `${filesAt}/${encodeURIComponent(item.file ?? '')}`
  return html`<section
    class="document"
    data-document="${address}"
    data-viewer="${VIEWER_PATH}"
    data-locale="${locale}"
    data-loading="${signature.viewer.loading}"
    data-count="${signature.viewer.count}"
    data-failed="${signature.viewer.failed}"
    data-found-none="${signature.viewer.foundNone}"
    data-found-some="${signature.viewer.foundSome}"
  >
    <h2><bdi>${item.name}</bdi></h2>
    <p class="wrong" role="alert" tabindex="-1" data-unseen hidden>${signature.viewer.unseen}</p>
    <p class="document-status" role="status" data-status></p>
    <div
      class="document-pages"
      data-pages
      tabindex="0"
      role="region"
      aria-label="${item.name}"
    ></div>
    ${tools(locale)}
    <div class="document-facts">
      <p>
        <a href="${address}?download">${signature.download}</a>
        ${item.size === undefined ? '' : html`(${sizeText(item.size, locale)})`}
      </p>
      ${hash(item, locale)}
    </div>
  </section>`
}

/** Something that is not here to be looked at: by its name and what it is known by. */
export function namedItem(item: ReviewItem, locale: SignatureView['locale']) {
  return html`<li>${item.name ? html`<bdi>${item.name}</bdi>` : ''} ${hash(item, locale)}</li>`
}

/** The beginning and the end are what people compare; the whole is there for who wants it. */
export function hash({ sha256 }: Pick<ReviewItem, 'sha256'>, locale: SignatureView['locale']) {
  const short = `${sha256.slice(0, 8)}…${sha256.slice(-8)}`
  return html`<details class="hash">
    <summary>
      ${texts(locale).signature.itemHash}: <bdi dir="ltr"><code>${short}</code></bdi>
    </summary>
    <code>${sha256.match(/.{1,8}/g)?.join(' ')}</code>
  </details>`
}

/** Of their place from the start; the script shows them when there is something to move in. */
function tools(locale: SignatureView['locale']) {
  const { signature } = texts(locale)
  const button = (tool: Tool, label: string) =>
    html`<button type="button" data-tool="${tool}" aria-label="${label}">
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        ${raw(`<path d="${DRAWINGS[tool]}" />`)}
      </svg>
    </button>`
  const { search, goToPage } = signature.viewer
  return html`<div class="document-tools" data-tools hidden>
    <span class="document-search">
      <input
        type="search"
        data-search
        maxlength="100"
        autocomplete="off"
        placeholder="${search}"
        aria-label="${search}"
      />
      <input
        type="text"
        data-page
        inputmode="numeric"
        maxlength="6"
        autocomplete="off"
        placeholder="${goToPage}"
        aria-label="${goToPage}"
      />
    </span>
    <p class="document-found" role="status" data-found></p>
    <span
      >${button('previous', signature.previousPage)}
      <span class="document-number" data-number></span>
      ${button('next', signature.nextPage)}</span
    >
    <span
      >${button('smaller', signature.viewer.smaller)}
      ${button('larger', signature.viewer.larger)}</span
    >
  </div>`
}

type Tool = 'previous' | 'next' | 'smaller' | 'larger'

/** Up and down, since the pages stand one under the other; the glass says what the signs are for. */
const DRAWINGS: Readonly<Record<Tool, string>> = {
  previous: 'M5 15l7-7 7 7',
  next: 'M5 9l7 7 7-7',
  smaller: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.8-4.8M7.5 10.5h6',
  larger: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.8-4.8M7.5 10.5h6M10.5 7.5v6',
}

function sizeText(bytes: number, locale: SignatureView['locale']): string {
  const { viewer } = texts(locale).signature
  const isLarge = bytes >= 1_000_000
  const digits = new Intl.NumberFormat(locale === 'fa' ? 'fa-IR' : 'en', {
    maximumFractionDigits: isLarge ? 1 : 0,
  })
  const count = digits.format(isLarge ? bytes / 1_000_000 : Math.max(1, bytes / 1000))
  return `${count} ${isLarge ? viewer.megabytes : viewer.kilobytes}`
}
