import { shownText } from '../../signing/verify/shown-text.ts'

/** The last part of what a browser calls a file, without what would turn the text around it. */
export function shownName(given: string): string | undefined {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const text = shownText(last, 120).trim()
  return text === '' ? undefined : text
}
