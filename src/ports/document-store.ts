export interface StoredDocument {
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

/** Where the bytes of a document come from. */
export interface ReadableDocument {
  /** Bytes. */
  readonly size: number
  /** The bytes of [start, end), fewer at the end. They must not be changed. */
  read(start: number, end: number): Buffer
  /** The bytes of [start, end) piece by piece, for hashing: one piece is in memory at a time, and it is overwritten by
   *  the next one. Who keeps it copies it. */
  pieces(start: number, end: number): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** Absent: only this thread can read it, and another one gets a copy. */
  readonly elsewhere?: Elsewhere
}

/** How another thread of ours opens the same document for as long as it is open here: plain data. */
export interface Elsewhere {
  /** URL of a module whose default export makes a `ReadableDocument` of `given`. */
  readonly program: string
  readonly given: object
  /** The same for the same bytes, and for no others. */
  readonly key: string
}

/** A document that lies open for reading. Reads are synchronous and small; the whole is read piece by piece. Throws
 *  `sealed_data_unreadable` when the bytes were changed. */
export interface OpenDocument extends StoredDocument, ReadableDocument {
  pieces(start: number, end: number): AsyncIterable<Uint8Array>
  readonly elsewhere: Elsewhere
  close(): Promise<void>
}

/** Files of agencies and citizens: encrypted at rest piece by piece, streamed both ways, gone at their end. */
export interface DocumentStore {
  /** Durable when it resolves; nothing is left of what was too large or broke off. `expiresAt`: milliseconds
   *  since the epoch. */
  put(
    content: AsyncIterable<Uint8Array>,
    limits: { readonly maxBytes: number; readonly expiresAt: number },
  ): Promise<StoredDocument | 'too_large'>
  open(id: string): Promise<OpenDocument | undefined>
  /** Safe to repeat. */
  remove(id: string): Promise<void>
}
