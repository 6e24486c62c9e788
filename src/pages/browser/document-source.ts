import type * as Pdf from 'pdfjs-dist'
import type { TextLayerKind } from './document-text.ts'
import { digitsOf } from './document-words.ts'

/** More in one picture is a trap, not a scan: 50 megapixels. */
const MOST_IMAGE_PIXELS = 50_000_000

/** Of one request; documents of up to two of them come in one. */
const PIECE_BYTES = 262_144

export interface Opened {
  readonly pdf: Pdf.PDFDocumentProxy
  readonly TextLayer: TextLayerKind
}

/** Fetches and opens the document of a place; `say` is told how far it is. */
export async function openPdf(place: HTMLElement, say: (text: string) => void): Promise<Opened> {
  const { viewer = '', document: url = '', loading = '' } = place.dataset
  say(loading)
  const pdfjs = (await import(`${viewer}legacy/build/pdf.min.mjs`)) as typeof Pdf
  pdfjs.GlobalWorkerOptions.workerSrc = `${viewer}legacy/build/pdf.worker.min.mjs`
  const task = pdfjs.getDocument({
    url,
    cMapUrl: `${viewer}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${viewer}standard_fonts/`,
    wasmUrl: `${viewer}wasm/`,
    iccUrl: `${viewer}iccs/`,
    // Of a large document what is looked at is fetched, and not the rest.
    rangeChunkSize: PIECE_BYTES,
    disableStream: true,
    disableAutoFetch: true,
    maxImageSize: MOST_IMAGE_PIXELS,
    enableXfa: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  })
  const digits = digitsOf(place)
  task.onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
    if (total > 0) say(`${loading} ${digits.format(Math.floor((100 * loaded) / total))}٪`)
  }
  return { pdf: await task.promise, TextLayer: pdfjs.TextLayer }
}
