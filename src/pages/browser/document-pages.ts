import type * as Pdf from 'pdfjs-dist'
import type { Opened } from './document-source.ts'
import { foldText, layText } from './document-text.ts'
import { counted, part } from './document-words.ts'

/** A canvas of a phone has its limits. */
const MOST_PIXELS = 16_000_000
/** So many pages have their words beforehand; the words of a later one come with its picture. */
const READ_AHEAD = 200

export interface Pages {
  readonly view: HTMLElement
  readonly count: number
  /** The page that is looked at, from 1. */
  current(): number
  goTo(page: number): void
  redraw(): void
  /** What stands on a page. */
  words(page: number): Promise<string>
  /** Shows where a text stands, given as `foldText` has it; nothing: shows it no more. */
  mark(text: string): void
  /** Is told each time another page is looked at. */
  onMove(told: () => void): void
}

/** A place for every page, of its size, so that nothing moves later; each is drawn when it comes near. */
export async function layPages(place: HTMLElement, opened: Opened): Promise<Pages> {
  const { pdf } = opened
  const view = part(place, '[data-pages]', HTMLElement)
  const count = pdf.numPages
  const { width, height } = (await pdf.getPage(1)).getViewport({ scale: 1 })
  const sheets = Array.from({ length: count }, (_, at) => {
    const sheet = sheetOf(counted(place, at + 1, count), width / height)
    view.append(sheet)
    return sheet
  })
  const drawers = sheets.map((sheet, at) => drawerOf(opened, sheet, at + 1))
  watch(view, sheets, drawers)
  void readAhead(drawers)

  const current = () => {
    const middle = view.scrollTop + view.clientHeight / 2
    const before = sheets.filter((sheet) => sheet.offsetTop <= middle).length
    return Math.max(1, before)
  }
  return {
    view,
    count,
    current,
    goTo(page) {
      const sheet = sheets[Math.min(count, Math.max(1, page)) - 1]
      if (sheet) view.scrollTo({ top: sheet.offsetTop })
    },
    redraw() {
      for (const drawer of drawers) if (drawer.isShown()) void drawer.draw()
    },
    words(page) {
      const drawer = drawers[page - 1]
      return drawer ? drawer.read() : Promise.resolve('')
    },
    mark(text) {
      for (const drawer of drawers) drawer.mark(text)
    },
    onMove(told) {
      let last = 0
      const look = () => {
        if (current() === last) return
        last = current()
        told()
      }
      view.addEventListener('scroll', look, { passive: true })
      look()
    },
  }
}

function sheetOf(label: string, ratio: number): HTMLElement {
  const sheet = document.createElement('div')
  sheet.className = 'document-page'
  sheet.setAttribute('role', 'group')
  sheet.setAttribute('aria-label', label)
  sheet.style.aspectRatio = String(ratio)
  return sheet
}

type Drawer = ReturnType<typeof drawerOf>

function watch(view: HTMLElement, sheets: readonly HTMLElement[], drawers: readonly Drawer[]) {
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const drawer = drawers[sheets.findIndex((sheet) => sheet === target)]
        if (drawer === undefined) continue
        if (isIntersecting) void drawer.draw()
        else drawer.clear()
      }
    },
    { root: view, rootMargin: '100% 0px' },
  )
  for (const sheet of sheets) near.observe(sheet)
}

/** Who reads by ear goes from page to page without scrolling. */
async function readAhead(drawers: readonly Drawer[]): Promise<void> {
  for (const drawer of drawers.slice(0, READ_AHEAD)) await drawer.read()
}

/** Draws one page and takes its picture away again; its words stay. */
function drawerOf({ pdf, TextLayer }: Opened, sheet: HTMLElement, number: number) {
  let task: Pdf.RenderTask | undefined
  let isWanted = false
  let words: Promise<string> | undefined
  let layer: HTMLElement | undefined
  let marked = ''

  async function draw(): Promise<void> {
    isWanted = true
    if (task) task.cancel()
    const page = await pdf.getPage(number)
    const natural = page.getViewport({ scale: 1 })
    sheet.style.aspectRatio = String(natural.width / natural.height)
    sheet.style.setProperty('--total-scale-factor', String(sheet.clientWidth / natural.width))
    const wanted = (sheet.clientWidth / natural.width) * devicePixelRatio
    const most = Math.sqrt(MOST_PIXELS / (natural.width * natural.height))
    const viewport = page.getViewport({ scale: Math.min(wanted, most) })
    const canvas = document.createElement('canvas')
    canvas.width = Math.floor(viewport.width)
    canvas.height = Math.floor(viewport.height)
    canvas.setAttribute('aria-hidden', 'true')
    if (!isWanted) return
    const own = page.render({ canvas, viewport })
    task = own
    const isDone = await own.promise.then(
      () => true,
      () => false,
    )
    if (task !== own || !isWanted) return
    task = undefined
    if (isDone) replaceCanvas(canvas)
    else sheet.dataset['failed'] = ''
    await read()
    await overlay(page)
  }

  async function overlay(page: Pdf.PDFPageProxy): Promise<void> {
    if (layer || !isWanted) return
    const laid = await layText(sheet, page, TextLayer).catch(() => undefined)
    if (laid && (layer || !isWanted)) laid.remove()
    else layer = laid
    mark(marked)
  }

  function mark(text: string): void {
    marked = text
    if (!layer) return
    for (const span of layer.querySelectorAll('span')) {
      const isHit = text !== '' && foldText(span.textContent || '').includes(text)
      span.classList.toggle('hit', isHit)
    }
  }

  function replaceCanvas(canvas?: HTMLCanvasElement): void {
    for (const old of sheet.querySelectorAll('canvas')) {
      // Some browsers free the memory of a picture only when it has no size.
      old.width = 0
      old.remove()
    }
    if (canvas) sheet.prepend(canvas)
  }

  /** What stands on the page, once also for whom reads by ear. */
  function read(): Promise<string> {
    if (!words) words = readOnce()
    return words
  }

  async function readOnce(): Promise<string> {
    const text = await textOf(await pdf.getPage(number)).catch(() => '')
    const place = document.createElement('p')
    place.className = 'document-words'
    place.dir = 'auto'
    place.textContent = text
    sheet.append(place)
    return text
  }

  return {
    draw,
    read,
    mark,
    isShown: () => isWanted,
    clear() {
      isWanted = false
      if (task) task.cancel()
      task = undefined
      replaceCanvas()
      if (layer) layer.remove()
      layer = undefined
    },
  }
}

async function textOf(page: Pdf.PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent()
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
}
