import type { AppearanceInput } from '../appearance/appearance.ts'

export const PADES_PROFILES = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const
/** ETSI EN 319 142-1 section 6: with the signature alone; with a time stamp; with all that a later check needs;
 *  with a time stamp over all of it. */
export type PadesProfile = (typeof PADES_PROFILES)[number]

/** Where and how a signature stands in the document. */
export interface FieldOptions {
  /** Full name of an empty signature field that is there, or the name for a new one. Without it a new one. */
  readonly field?: string
  /** 1 is the first page (the default), -1 the last one. Of new fields. */
  readonly page?: number
  /** What is drawn; without it the signature cannot be seen on the page. */
  readonly appearance?: VisibleAppearance
}

/** Millimetres from the left and the top edge of the page as it is shown. */
export interface Place {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface VisibleAppearance extends AppearanceInput {
  /** Of a new field. A field that is there has its own place. Without it: at the bottom of the page. */
  readonly place?: Place
}

/** What the signature dictionary says (ISO 32000-1 table 252). */
export interface SignatureWords {
  readonly name?: string
  readonly reason?: string
  readonly location?: string
  readonly contact?: string
}

export interface SignatureOptions extends FieldOptions, SignatureWords {
  /** The author's signature, the first one: afterwards only forms may be filled in and signed (DocMDP, P = 2,
   *  which leaves room for validation data and time stamps). */
  readonly certify?: boolean
  /** Room for the signature in bytes, when it is known better than we can guess it. */
  readonly contentsBytes?: number
  /** Signs what could change before the reader's eyes, too. For archives that must sign what they are given:
   *  never for what a citizen reads and signs. */
  readonly allowActiveContent?: boolean
}
