import type * as Pdf from 'pdfjs-dist'

/** Of pdf.js: lays the words of a page over its picture. */
export type TextLayerKind = typeof Pdf.TextLayer

/** The words of one page, invisible over its picture: to be selected, and found by the browser's own search. Who reads
 *  by ear has them beside it already. */
export async function layText(
  sheet: HTMLElement,
  page: Pdf.PDFPageProxy,
  Layer: TextLayerKind,
): Promise<HTMLElement> {
  const container = document.createElement('div')
  container.className = 'document-text'
  container.dir = 'ltr'
  container.setAttribute('aria-hidden', 'true')
  const viewport = page.getViewport({ scale: 1 })
  await new Layer({ textContentSource: page.streamTextContent(), container, viewport }).render()
  sheet.append(container)
  return container
}

/** As people type it: one form of each letter, without joiners, vowel signs and stretching, in small letters. */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Mn}\p{Cf}\u0640]/gu, '')
    .replace(/[\u064a\u0649]/g, '\u06cc')
    .replace(/\u0643/g, '\u06a9')
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

/** How often it stands there; both are folded. */
export const countIn = (text: string, wanted: string): number =>
  wanted === '' ? 0 : text.split(wanted).length - 1
