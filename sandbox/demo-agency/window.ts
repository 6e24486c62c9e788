import * as client from 'openid-client'

export interface Credentials {
  readonly client_id: string
  readonly client_secret: string
}

export interface WindowConnection {
  config(): Promise<client.Configuration>
  auditor(): Promise<client.Configuration | undefined>
}

/** The window as its relying party sees it: found by discovery at the first need, since the agency may
 *  be started first. */
export function connect(
  issuer: string,
  agency: Credentials,
  auditor: Credentials | undefined,
): WindowConnection {
  const agencyConfig = once(() => discover(issuer, agency))
  const auditorConfig = once(async () => (auditor ? discover(issuer, auditor) : undefined))
  return { config: agencyConfig, auditor: auditorConfig }
}

async function discover(issuer: string, { client_id, client_secret }: Credentials) {
  const server = new URL(issuer)
  // The sandbox alone speaks plain HTTP, and only to this machine.
  const isLoopback = server.protocol === 'http:'
  return client.discovery(
    server,
    client_id,
    { id_token_signed_response_alg: 'ES256' },
    client.ClientSecretBasic(client_secret),
    { execute: isLoopback ? [client.allowInsecureRequests] : [], timeout: 10 },
  )
}

/** Remembers a success, never a failure. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined
  return async () => {
    known ??= work()
    try {
      return await known
    } catch (error) {
      known = undefined
      throw error
    }
  }
}

/** Can people sign texts and documents at the window? Nobody knows of one that cannot be reached. */
export async function signsThere(window: WindowConnection): Promise<boolean> {
  const config = await window.config().catch(() => undefined)
  const types = config?.serverMetadata()['authorization_details_types_supported']
  return Array.isArray(types) && types.includes('ir.transaction')
}

/** The name of a level, as the window's discovery lists it. */
export function acrOf(config: client.Configuration, level: number): string {
  const listed = config.serverMetadata()['acr_values_supported']
  const known = Array.isArray(listed) ? listed.map(String) : []
  return known.find((acr) => acr.endsWith(`:${level}`)) ?? `urn:panjereh:acr:${level}`
}

/** 1 to 4, or undefined for a name that is not a level's. */
export function levelOf(acr: unknown): number | undefined {
  const digit = /:([1-4])$/.exec(String(acr))?.[1]
  return digit === undefined ? undefined : Number(digit)
}
