import { countIn, foldText } from './document-text.ts'
import { digitsOf, part } from './document-words.ts'
import type { Pages } from './document-pages.ts'

interface Hit {
  readonly page: number
  readonly times: number
}

/** A word is looked for in all pages; each Enter goes on to the next page that has it. */
export function bindSearch(place: HTMLElement, pages: Pages): void {
  const field = part(place, '[data-search]', HTMLInputElement)
  const found = part(place, '[data-found]', HTMLElement)
  let wanted = ''
  let hits: readonly Hit[] = []
  let at = -1

  async function look(): Promise<void> {
    const typed = foldText(field.value)
    if (typed !== wanted) {
      wanted = typed
      hits = []
      at = -1
      pages.mark(typed)
      const all = typed === '' ? [] : await hitsOf(pages, typed)
      // Something else was typed while pages were read.
      if (typed !== wanted) return
      hits = all
      at = hits.findIndex(({ page }) => page >= pages.current()) - 1
      if (at === -2) at = -1
    }
    next()
  }

  function next(): void {
    if (hits.length > 0) {
      at = (at + 1) % hits.length
      const hit = hits[at]
      if (hit) pages.goTo(hit.page)
    }
    found.textContent = wanted === '' ? '' : said()
  }

  function said(): string {
    const { foundNone = '', foundSome = '' } = place.dataset
    const hit = hits[at]
    if (!hit) return foundNone
    const digits = digitsOf(place)
    const times = hits.reduce((sum, one) => sum + one.times, 0)
    return foundSome
      .replace('{times}', digits.format(times))
      .replace('{pages}', digits.format(hits.length))
      .replace('{page}', digits.format(hit.page))
  }

  onEnter(field, () => void look())
  field.addEventListener('input', () => {
    if (field.value === '') void look()
  })

  const page = part(place, '[data-page]', HTMLInputElement)
  onEnter(page, () => {
    const number = Number(foldText(page.value))
    if (number >= 1) pages.goTo(Math.floor(number))
    page.value = ''
  })
}

async function hitsOf(pages: Pages, wanted: string): Promise<readonly Hit[]> {
  const hits: Hit[] = []
  for (let page = 1; page <= pages.count; page += 1) {
    const times = countIn(foldText(await pages.words(page)), wanted)
    if (times > 0) hits.push({ page, times })
  }
  return hits
}

/** The field stands in a form, which must not be sent by it. */
function onEnter(field: HTMLInputElement, act: () => void): void {
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    act()
  })
}
