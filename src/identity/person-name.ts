import { withoutBidiMarks } from './digits.ts'

const LONGEST = 100
const persianLetter = (letter: string) => ARABIC_LETTERS[letter] ?? letter
const ARABIC_LETTERS: Readonly<Record<string, string>> = { ي: 'ی', ى: 'ی', ك: 'ک' }

/** A name as it is shown: Persian letters, no marks that turn the direction of what stands around it (they
 *  would let a name lie on a consent page), and no more of it than a name needs. */
export function shownName(text: string): string {
  return withoutBidiMarks(text.slice(0, 4 * LONGEST))
    .normalize('NFC')
    .replaceAll('\u0640', '')
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(/[يىك]/g, persianLetter)
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .slice(0, LONGEST)
}

/** For comparison alone: what registries write in several ways is one here. Letters with hamza or madda become
 *  their plain ones, ة and ۀ become ه; vowel marks, spaces and joiners go. */
function folded(name: string): string {
  return shownName(name)
    .normalize('NFD')
    .replace(/[\u064b-\u065f\u0670]/g, '')
    .replace(/[يىك]/g, persianLetter)
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/[ةۀ]/g, 'ه')
    .replace(/ؤ/g, 'و')
    .replace(/[\s\u200c\u200d]/g, '')
    .toLowerCase()
}

export function sameName(one: string, other: string): boolean {
  return folded(one) === folded(other)
}
