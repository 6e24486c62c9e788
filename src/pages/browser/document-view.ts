/** Shows a document of the window's own page by page, by pdf.js: the very bytes that will be signed. Scripts in it are
 *  not run, and nothing outside of it is loaded. */
import type * as Pdf from 'pdfjs-dist'

for (const place of document.querySelectorAll<HTMLElement>('[data-document]')) void show(place)

interface Shown {
  readonly pdf: Pdf.PDFDocumentProxy
  readonly place: HTMLElement
  zoom: number
}

const ZOOM = { least: 0.5, most: 4, step: 1.25 }
/** A canvas of a phone has its limits. */
const MOST_PIXELS = 16_000_000

async function show(place: HTMLElement): Promise<void> {
  try {
    const pdf = await opened(place)
    const shown: Shown = { pdf, place, zoom: 1 }
    say(place, counted(place, 1, pdf.numPages))
    await lay(shown)
    bindZoom(shown)
  } catch {
    say(place, place.dataset['failed'] ?? '')
    place.dataset['state'] = 'failed'
  }
}

async function opened(place: HTMLElement): Promise<Pdf.PDFDocumentProxy> {
  const { viewer = '', document: name = '' } = place.dataset
  const pdfjs = (await import(`${viewer}legacy/build/pdf.min.mjs`)) as typeof Pdf
  pdfjs.GlobalWorkerOptions.workerSrc = `${viewer}legacy/build/pdf.worker.min.mjs`
  const task = pdfjs.getDocument({
    url: name,
    cMapUrl: `${viewer}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${viewer}standard_fonts/`,
    wasmUrl: `${viewer}wasm/`,
    iccUrl: `${viewer}iccs/`,
    enableXfa: false,
  })
  task.onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
    if (total > 0)
      say(place, `${place.dataset['loading'] ?? ''} ${Math.floor((100 * loaded) / total)}%`)
  }
  return task.promise
}

/** A place for every page, of its size, so that nothing moves later; each is drawn when it comes near. */
async function lay(shown: Shown): Promise<void> {
  const { pdf, place } = shown
  const pages = part(place, '[data-pages]')
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!(target instanceof HTMLElement)) continue
        if (isIntersecting) void draw(shown, target)
        else empty(target)
      }
    },
    { root: pages, rootMargin: '100% 0px' },
  )
  const seen = new IntersectionObserver(
    (entries) => {
      const top = entries.find(({ isIntersecting }) => isIntersecting)?.target
      if (top instanceof HTMLElement)
        say(place, counted(place, Number(top.dataset['page']), pdf.numPages))
    },
    { root: pages, threshold: 0.5 },
  )
  const first = await pdf.getPage(1)
  const { width, height } = first.getViewport({ scale: 1 })
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = document.createElement('section')
    page.dataset['page'] = String(number)
    page.className = 'document-page'
    page.setAttribute('aria-label', counted(place, number, pdf.numPages))
    page.style.aspectRatio = `${width} / ${height}`
    pages.append(page)
    near.observe(page)
    seen.observe(page)
  }
}

async function draw({ pdf, zoom }: Shown, place: HTMLElement): Promise<void> {
  const key = String(zoom)
  if (place.dataset['drawn'] === key) return
  place.dataset['drawn'] = key
  const page = await pdf.getPage(Number(place.dataset['page']))
  const natural = page.getViewport({ scale: 1 })
  place.style.aspectRatio = `${natural.width} / ${natural.height}`
  const wanted = (place.clientWidth / natural.width) * devicePixelRatio
  const most = Math.sqrt(MOST_PIXELS / (natural.width * natural.height))
  const viewport = page.getViewport({ scale: Math.min(wanted, most) })
  const canvas = document.createElement('canvas')
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  canvas.setAttribute('aria-hidden', 'true')
  await page.render({ canvas, viewport }).promise
  const words = document.createElement('p')
  words.className = 'document-words'
  words.textContent = await textOf(page)
  if (place.dataset['drawn'] === key) place.replaceChildren(canvas, words)
}

/** For whom reads by ear. */
async function textOf(page: Pdf.PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent()
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
}

function empty(place: HTMLElement): void {
  delete place.dataset['drawn']
  place.replaceChildren()
}

function bindZoom(shown: Shown): void {
  const { place } = shown
  const pages = part(place, '[data-pages]')
  for (const button of place.querySelectorAll<HTMLButtonElement>('button[data-zoom]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      const by = button.dataset['zoom'] === 'in' ? ZOOM.step : 1 / ZOOM.step
      shown.zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, shown.zoom * by))
      pages.style.setProperty('--zoom', String(shown.zoom))
      for (const page of pages.querySelectorAll<HTMLElement>('[data-drawn]')) void draw(shown, page)
    })
  }
}

function counted({ dataset }: HTMLElement, page: number, of: number): string {
  const digits = new Intl.NumberFormat(dataset['locale'] === 'fa' ? 'fa-IR' : 'en')
  return (dataset['count'] ?? '')
    .replace('{page}', digits.format(page))
    .replace('{of}', digits.format(of))
}

function say(place: HTMLElement, text: string): void {
  const status = part(place, '[data-status]')
  if (status.textContent !== text) status.textContent = text
}

function part(place: HTMLElement, selector: string): HTMLElement {
  const found = place.querySelector<HTMLElement>(selector)
  if (found === null) throw new TypeError(`the viewer has no ${selector}`)
  return found
}
