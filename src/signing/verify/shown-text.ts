/** Controls, and marks that turn the direction of text: with them a name says something else than it seems to, or
 *  talks to the terminal. (The joiners of Persian, U+200C and U+200D, stay.) */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu

/** Text out of a document, to be shown. */
export function shownText(text: string, most: number): string {
  return text.slice(0, most).replaceAll(UNSEEN, ' ')
}
