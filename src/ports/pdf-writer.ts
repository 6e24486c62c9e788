import type { ReadableDocument } from './document-store.ts'
import type { Digest } from './timestamp-authority.ts'

/** A document, and what was appended to it so far, which is small and in memory. */
export interface AppendedDocument {
  readonly base: ReadableDocument
  readonly added: Uint8Array
}

/** Millimetres from the left and the top edge of the page as it is shown. */
export interface Place {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** What stands on the page where somebody signed. */
export interface AppearanceInput {
  /** Who signs, as it is to be read. */
  readonly signer: string
  /** Which way the lines run and how date and title are said; Persian where it is not given. */
  readonly locale?: 'fa' | 'en'
  /** Instead of «امضای دیجیتال». */
  readonly title?: string
  readonly reason?: string
  /** PNG or JPEG: a seal, or a signature by hand. */
  readonly picture?: Uint8Array
  /** The first digits of the hash of the document as it was before this signature; shown by default. */
  readonly showHash?: boolean
}

export interface VisibleAppearance extends AppearanceInput {
  /** Of a new field. A field that is there has its own place. Without it: at the bottom of the page. */
  readonly place?: Place
}

/** Where and how a signature stands in the document. */
export interface FieldOptions {
  /** Full name of an empty signature field that is there, or the name for a new one. Without it a new one. */
  readonly field?: string
  /** 1 is the first page (the default), -1 the last one. Of new fields. */
  readonly page?: number
  /** What is drawn; without it the signature cannot be seen on the page. */
  readonly appearance?: VisibleAppearance
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

/** What whoever checks the signature in ten years needs, as DER. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

/** Offsets in the increment. */
export interface SignatureHole {
  /** Of `[` of the /ByteRange, which is filled up with spaces to this length. */
  readonly byteRangeAt: number
  readonly byteRangeLength: number
  /** Of `<` of the /Contents, and after its `>`. */
  readonly contentsStart: number
  readonly contentsEnd: number
}

/** An increment that waits for its signature: everything in it but /Contents is final. */
export interface OpenIncrement {
  readonly bytes: Uint8Array
  readonly hole: SignatureHole
  readonly byteRange: readonly [0, number, number, number]
  /** Over all bytes of the file but those of /Contents. */
  readonly digest: Digest
}

interface Wish {
  /** 32 bytes. Identifiers and initialisation vectors come of it: the same wish gives the same bytes. */
  readonly seed: Uint8Array
}

export interface SignatureWish extends Wish {
  /** Claimed, milliseconds since the epoch. */
  readonly at: number
  /** DER: the signer's. */
  readonly certificate: Uint8Array
  readonly options: SignatureOptions
}

/** A signature without its value. */
export interface OpenSignature {
  readonly open: OpenIncrement
  readonly fieldName: string
  /** DER of the signed attributes: the very bytes that the key signs, and that the signer's activation is
   *  bound to. They hold the hash of the document. */
  readonly attributes: Uint8Array
}

export interface ValidationDataWish extends Wish {
  readonly data: ValidationData
  /** Of each signature that the data is for: /Contents with the zeros that fill it up. */
  readonly contents: readonly Uint8Array[]
}

export interface TimestampWish extends Wish {
  /** Room for the token. */
  readonly contentsBytes: number
}

/** What is appended to a document, step by step; between the steps keys and authorities are asked. */
export interface PdfSteps {
  readonly signature: { readonly wish: SignatureWish; readonly made: OpenSignature }
  /** The increment. */
  readonly validationData: { readonly wish: ValidationDataWish; readonly made: Uint8Array }
  readonly timestamp: { readonly wish: TimestampWish; readonly made: OpenIncrement }
}

/** Writes what is appended to documents, beside the work of everybody else: each step reads and hashes the document and
 *  depends on nothing but what it is given. Throws `PdfRefused` for what cannot or must not be signed, and
 *  `UpstreamUnavailable` when too many wait or a document takes too long. */
export type PdfWriter = {
  readonly [Step in keyof PdfSteps]: (
    pdf: AppendedDocument,
    wish: PdfSteps[Step]['wish'],
  ) => Promise<PdfSteps[Step]['made']>
}
