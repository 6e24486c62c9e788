/** Unpredictable values from a cryptographic generator. */
export interface Random {
  bytes(length: number): Uint8Array
  uuid(): string
  /** A string of `length` decimal digits, uniformly distributed, leading zeros kept. */
  digits(length: number): string
}
