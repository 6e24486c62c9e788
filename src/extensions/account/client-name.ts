import type { Locale } from '../../identity/locale.ts'
import type { ClientMetadata } from '../../ports/client-store.ts'

/** RFC 7591 section 2.2; empty when it has none. */
export function nameOf(client: ClientMetadata | undefined, locale: Locale): string {
  const names = [client?.[`client_name#${locale}`], client?.['client_name']]
  return names.find((one): one is string => typeof one === 'string') ?? ''
}
