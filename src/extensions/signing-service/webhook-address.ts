const LONGEST = 2000

/** https alone, except on a developer's machine. That it does not lead inside is looked at when it is called: a name
 *  may lead elsewhere by then. */
export function isWebhook(address: string, allowInside: boolean): boolean {
  const url = URL.parse(address)
  if (url === null || address.length > LONGEST) return false
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (allowInside && url.protocol === 'http:')
}
