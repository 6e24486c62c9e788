import type { PdfDict, PdfRef, PdfString, PdfValue } from './values.ts'

/** What is done to a string before it is written: encrypted, or nothing. */
export type StringCipher = (bytes: Uint8Array) => Uint8Array

const plainly: StringCipher = (bytes) => bytes

/** A value as it stands in a file. Characters are bytes (Latin-1). */
export function serialise(value: PdfValue, cipher: StringCipher = plainly): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return number(value)
  switch (value.type) {
    case 'name':
      return name(value.name)
    case 'ref':
      return reference(value)
    case 'string':
      return string(value, cipher)
    case 'array':
      return `[${value.items.map((item) => serialise(item, cipher)).join(' ')}]`
    case 'dict':
      return dictionary(value, cipher)
    case 'stream':
      throw new TypeError('A stream is always an object of its own.')
  }
}

export const reference = (ref: PdfRef): string => `${ref.number} ${ref.generation} R`

/** Without an exponent, which PDF does not have. */
export function number(value: number): string {
  if (Number.isSafeInteger(value)) return String(value)
  const text = Math.abs(value) < 1e-6 || Math.abs(value) >= 1e21 ? value.toFixed(10) : String(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function name(text: string): string {
  const escaped = text.replace(
    /[^!-~]|[#()<>[\]{}/%]/g,
    (one) => `#${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `/${escaped}`
}

function dictionary({ entries }: PdfDict, cipher: StringCipher): string {
  const parts = [...entries].map(([key, value]) => `${name(key)} ${serialise(value, cipher)}`)
  return `<<${parts.join(' ')}>>`
}

function string({ bytes, isHex }: PdfString, cipher: StringCipher): string {
  const written = Buffer.from(cipher(bytes))
  if (isHex || cipher !== plainly) return `<${written.toString('hex')}>`
  const escaped = written
    .toString('latin1')
    .replace(/[\\()]/g, '\\$&')
    .replaceAll('\r', '\\r')
  return `(${escaped})`
}
