/** `09…`, as Iranian registries write a number; undefined for numbers of other countries. */
export function nationalNumber(e164: string): string | undefined {
  return /^\+98\d{10}$/.test(e164) ? `0${e164.slice(3)}` : undefined
}
