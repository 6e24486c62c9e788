export interface StoredDocument {
  readonly id: string
  /** Bytes. */
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

/** A document that lies open for reading. Reads are synchronous and small; the whole is read piece by piece. */
export interface OpenDocument extends StoredDocument {
  /** The bytes of [start, end), fewer at the end. Throws `sealed_data_unreadable` when they were changed. */
  read(start: number, end: number): Buffer
  pieces(start: number, end: number): AsyncIterable<Uint8Array>
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
