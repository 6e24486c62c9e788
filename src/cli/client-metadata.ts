import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { PanjerehError } from '../errors.ts'
import type { ClientMetadata } from '../ports/client-store.ts'

/** What must be right in any case; the rules of RFC 7591 are looked at by `checkClient`. */
const Metadata = z.looseObject({
  client_id: z.string().regex(/^[\w.~-]{3,128}$/, '3 to 128 letters, digits or . _ ~ -'),
  client_name: z.string().min(1).optional(),
  client_secret: z.string().min(32).optional(),
  redirect_uris: z.array(z.url()).default([]),
  grant_types: z.array(z.string()).default(['authorization_code']),
  response_types: z.array(z.string()).optional(),
  jwks_uri: z.url().optional(),
  panjereh_first_party: z.boolean().optional(),
  panjereh_role: z.enum(['auditor', 'resource_server']).optional(),
  panjereh_profile: z.literal('fapi2').optional(),
  panjereh_developer_hosts: z.array(z.string()).optional(),
})

/** What can be said on the command line; the rest is said in a file. */
export interface MetadataFlags {
  readonly file?: string
  readonly name?: string
  readonly redirectUri?: readonly string[]
  readonly postLogoutUri?: readonly string[]
  readonly firstParty?: boolean
  readonly role?: 'auditor' | 'resource_server'
}

/** What the file and the flags say, over what is known already. A flag outranks the file. */
export async function readMetadata(
  clientId: string,
  flags: MetadataFlags,
  known: Readonly<Record<string, unknown>> = {},
): Promise<ClientMetadata> {
  const file = flags.file === undefined ? {} : await readObject(flags.file)
  const read = Metadata.safeParse({
    ...known,
    ...file,
    ...fromFlags(flags),
    client_id: clientId,
  })
  if (read.success) return withDefaults(read.data)
  throw new PanjerehError(
    'config_invalid',
    `The metadata is wrong:\n${z.prettifyError(read.error)}`,
  )
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  try {
    return z.looseObject({}).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === undefined
    const fault = isThere ? 'does not hold a JSON object' : 'cannot be read'
    throw new PanjerehError('config_invalid', `${file} ${fault}`, { cause })
  }
}

function fromFlags(flags: MetadataFlags): Record<string, unknown> {
  const given = {
    client_name: flags.name,
    redirect_uris: flags.redirectUri,
    post_logout_redirect_uris: flags.postLogoutUri,
    panjereh_first_party: flags.firstParty,
    panjereh_role: flags.role,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Without a redirect address there is nobody to sign in: a machine, unless it says otherwise. */
function withDefaults(read: z.infer<typeof Metadata>): ClientMetadata {
  if (read.redirect_uris.length > 0) return { response_types: ['code'], ...read }
  const isMachine = read.grant_types.every((type) => type === 'authorization_code')
  return {
    ...read,
    grant_types: isMachine ? ['client_credentials'] : read.grant_types,
    response_types: [],
  }
}

export function needsSecret(given: ClientMetadata): boolean {
  if (given['client_secret'] !== undefined) return false
  const method = given['token_endpoint_auth_method']
  return method === undefined || (typeof method === 'string' && method.startsWith('client_secret'))
}
