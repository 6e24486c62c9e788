/** One paragraph. */
export interface PaperLine {
  readonly kind: 'title' | 'heading' | 'body' | 'text' | 'small'
  readonly text: string
  /** A coloured mark beside it. */
  readonly tone?: PaperTone
}

/** `open`: neither good nor bad. */
export type PaperTone = 'good' | 'open' | 'bad'

/** A document of text: plain data. */
export interface Paper {
  readonly locale: 'fa' | 'en'
  /** Of the document, for whoever lists documents. */
  readonly title?: string
  readonly lines: readonly PaperLine[]
  /** At the foot of each page: `{page}` and `{pages}` become numbers. */
  readonly foot?: string
}

/** Makes PDF documents of text, beside the work of everybody else. */
export interface PaperPrinter {
  /** The same words and the same identifier (16 bytes, ISO 32000-1 section 14.4) give the same bytes. Throws
   *  `UpstreamUnavailable` when too many wait. */
  print(paper: Paper, fileId: Uint8Array): Promise<Buffer>
}
