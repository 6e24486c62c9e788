/** Shows the documents of a page, page under page, by pdf.js: the very bytes that will be signed. Scripts in them are
 *  not run, forms take no input, links lead nowhere, and nothing from outside is loaded. A document is fetched when it
 *  comes near, so that a batch of fifty costs what is looked at. */
import { bindSearch } from './document-search.ts'
import { bindTools } from './document-tools.ts'
import { layPages } from './document-pages.ts'
import { openPdf } from './document-source.ts'
import { part } from './document-words.ts'

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue
      near.unobserve(target)
      void show(target)
    }
  },
  { rootMargin: '100% 0px' },
)
for (const place of document.querySelectorAll('[data-document]')) near.observe(place)

/** A quarter of its pages has come into view. */
const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      const place = target.closest<HTMLElement>('[data-document]')
      if (isIntersecting && place) place.dataset['seen'] = ''
    }
  },
  { threshold: 0.25 },
)

async function show(place: HTMLElement): Promise<void> {
  const status = part(place, '[data-status]', HTMLElement)
  try {
    const opened = await openPdf(place, (text) => (status.textContent = text))
    const pages = await layPages(place, opened)
    bindSearch(place, pages)
    bindTools(place, pages)
    status.textContent = ''
    place.dataset['state'] = 'shown'
    seen.observe(pages.view)
  } catch {
    status.textContent = place.dataset['failed'] || ''
    place.dataset['state'] = 'failed'
  }
}
