import type { Pages } from './document-pages.ts'
import { counted, part } from './document-words.ts'

const ZOOM = { least: 0.5, most: 4, step: 1.25 }

/** Page by page, larger and smaller: by buttons, and by keys where the pages have the focus. The arrows, Home and End
 *  scroll as in any page. */
export function bindTools(place: HTMLElement, pages: Pages): void {
  const tools = part(place, '[data-tools]', HTMLElement)
  const number = part(place, '[data-number]', HTMLElement)
  const previous = part(place, '[data-tool="previous"]', HTMLButtonElement)
  const next = part(place, '[data-tool="next"]', HTMLButtonElement)
  let zoom = 1

  const acts: Readonly<Record<string, () => void>> = {
    previous: () => pages.goTo(pages.current() - 1),
    next: () => pages.goTo(pages.current() + 1),
    smaller: () => resize(zoom / ZOOM.step),
    larger: () => resize(zoom * ZOOM.step),
  }
  for (const button of place.querySelectorAll<HTMLButtonElement>('button[data-tool]')) {
    const act = acts[button.dataset['tool'] || '']
    if (act) button.addEventListener('click', act)
  }
  pages.view.addEventListener('keydown', (event) => {
    const act = acts[KEYS[event.key] || '']
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  })
  pages.onMove(() => {
    const page = pages.current()
    number.textContent = counted(place, page, pages.count)
    // Not disabled: the focus would be lost on the last press.
    previous.setAttribute('aria-disabled', String(page === 1))
    next.setAttribute('aria-disabled', String(page === pages.count))
  })
  tools.hidden = false

  function resize(wanted: number): void {
    const page = pages.current()
    zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, wanted))
    pages.view.style.setProperty('--zoom', String(zoom))
    pages.goTo(page)
    pages.redraw()
  }
}

const KEYS: Readonly<Record<string, string>> = {
  PageUp: 'previous',
  PageDown: 'next',
  '+': 'larger',
  '=': 'larger',
  '-': 'smaller',
}
