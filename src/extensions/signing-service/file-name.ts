const LONGEST = 200

/** The name of an uploaded document from its Content-Disposition (RFC 6266): shown to the signer, so it must not
 *  deceive. Undefined when there is none that could be shown. */
export function fileNameIn(header: string): string | undefined {
  const extended = /(?:^|;)\s*filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(header)?.[1]
  const plain = /(?:^|;)\s*filename\s*=\s*"([^"\\]*)"/i.exec(header)?.[1]
  const name = (extended === undefined ? plain : decoded(extended))?.normalize('NFC').trim()
  if (name === undefined || name === '' || name.length > LONGEST) return undefined
  return FORBIDDEN.test(name) ? undefined : name
}

/** Paths, control characters, and marks that turn the direction of what is read. */
const FORBIDDEN = /[/\\]|\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/u

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
