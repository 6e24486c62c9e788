/** The bytes of a transaction text that are signed: NFC, lines ended by LF, UTF-8. What people read and what is
 *  signed is the same text in the same spelling. Throws RangeError for what cannot be shown as it is. */
export function transactionBytes(text: string): Buffer {
  const plain = text.replaceAll(/\r\n?/g, '\n').normalize('NFC')
  if (plain.trim() === '') throw new RangeError('a transaction text says something')
  if (Array.from(plain).length > LONGEST) throw new RangeError('a transaction text is no document')
  if (HIDDEN.test(plain)) throw new RangeError('a transaction text hides nothing')
  return Buffer.from(plain, 'utf8')
}

const LONGEST = 20_000
/** Control characters, marks and overrides of direction, and halves of characters: the reader would see another
 *  text than the one that is signed. ZWNJ and ZWJ are Persian spelling. */
const HIDDEN =
  /(?![\n\t])\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}|\p{Cn}/u
