import { createHash } from 'node:crypto'

/** Does the captcha's work as the page's script would: the first number that is good enough. */
export function solve({ salt, bits }: { readonly salt: string; readonly bits: number }): string {
  for (let counter = 0; ; counter += 1) {
    const hash = createHash('sha256').update(`${salt}.${counter}`).digest()
    if (Math.clz32(hash.readUInt32BE(0)) >= bits) return String(counter)
  }
}
