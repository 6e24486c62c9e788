const PERSIAN_ZERO = 0x06f0
const ARABIC_ZERO = 0x0660

/** Persian (U+06F0) and Arabic-Indic (U+0660) digits as Latin ones. */
export function latinDigits(text: string): string {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - (code >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO))
  })
}

/** Latin digits as Persian ones, for what people read. */
export function persianDigits(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(PERSIAN_ZERO + Number(digit)))
}

/** Marks that change the direction of text and hide in what is pasted. */
export function withoutBidiMarks(text: string): string {
  return text.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
}
