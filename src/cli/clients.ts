import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { openWorld } from '../compose.ts'
import { readConfig } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { initialAccessToken } from '../oidc/initial-access-token.ts'
import type { ClientMetadata } from '../ports/client-store.ts'
import type { EventType } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'

/** What must be right before it is kept; the rest of RFC 7591 is checked when the client is used. */
const Metadata = z.looseObject({
  client_id: z.string().regex(/^[\w.~-]{3,128}$/),
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

interface AddOptions {
  readonly file?: string
  readonly name?: string
  readonly redirectUri?: readonly string[]
  readonly postLogoutUri?: readonly string[]
  readonly firstParty?: true
  readonly role?: 'auditor' | 'resource_server'
}

export function clientCommands(): Command {
  const client = new Command('client').description('relying parties')
  client.command('list').description('ids and names').action(list)
  client
    .command('show <client_id>')
    .description('its metadata as JSON, without its secret')
    .action(show)
  client
    .command('add <client_id>')
    .description('add or replace one; a secret that is made is printed once')
    .option('--file <json>', 'metadata as RFC 7591 names it')
    .option('--name <name>', 'as citizens see it')
    .option('--redirect-uri <uri...>', 'where codes may be sent')
    .option('--post-logout-uri <uri...>', 'where a sign-out may return')
    .option('--first-party', 'a service of the state: no consent page')
    .addOption(
      new Option('--role <role>', 'what it may look at').choices(['auditor', 'resource_server']),
    )
    .action(add)
  client
    .command('invite')
    .description('print an initial access token (RFC 7591), with which clients register themselves')
    .addOption(
      new Option('--days <days>', 'it is good for so long').argParser(days).default(7, '7 days'),
    )
    .action(invite)
  client
    .command('remove <client_id>')
    .description('its tokens end when they next are used')
    .action(remove)
  return client
}

async function withPorts(act: (ports: Ports) => Promise<void>): Promise<void> {
  const world = await openWorld(readConfig(process.env))
  try {
    await act(world.ports)
  } finally {
    await world.close()
  }
}

function list(): Promise<void> {
  return withPorts(async ({ clients }) => {
    for (const client of await clients.list()) {
      const name = client['client_name']
      console.log(`${client.client_id}\t${typeof name === 'string' ? name : ''}`)
    }
  })
}

function show(clientId: string): Promise<void> {
  return withPorts(async (ports) => {
    const { client_secret, ...shown } = await existing(ports, clientId)
    console.log(JSON.stringify({ ...shown, has_secret: client_secret !== undefined }, null, 2))
  })
}

function add(clientId: string, options: AddOptions): Promise<void> {
  return withPorts(async (ports) => {
    const isKnown = (await ports.clients.find(clientId)) !== undefined
    const given = await metadata(clientId, options)
    const secret = needsSecret(given) ? newSecret(ports) : undefined
    await ports.clients.put({ ...given, ...(secret ? { client_secret: secret } : {}) })
    await record(ports, isKnown ? 'client.changed' : 'client.registered', clientId)
    console.log(`${clientId} is ${isKnown ? 'changed' : 'added'}.`)
    if (secret) console.log(`client_secret (shown only now): ${secret}`)
  })
}

async function invite({ days: howLong }: { days: number }): Promise<void> {
  const { issuer, registration } = readConfig(process.env)
  if (!registration.enabled) {
    throw new PanjerehError('config_invalid', 'PANJEREH_REGISTRATION is false: nobody can register')
  }
  await withPorts(async (ports) => {
    console.log(await initialAccessToken(ports, { issuer, ttlSeconds: howLong * 86_400 }))
  })
}

function days(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 1 to 999.')
}

function remove(clientId: string): Promise<void> {
  return withPorts(async (ports) => {
    await existing(ports, clientId)
    await ports.clients.remove(clientId)
    await record(ports, 'client.removed', clientId)
    console.log(`${clientId} is removed.`)
  })
}

async function metadata(clientId: string, options: AddOptions): Promise<ClientMetadata> {
  const file: unknown = options.file ? JSON.parse(await readFile(options.file, 'utf8')) : {}
  const read = Metadata.safeParse({
    ...(file as object),
    ...fromFlags(options),
    client_id: clientId,
  })
  if (!read.success) {
    throw new PanjerehError(
      'config_invalid',
      `The metadata is wrong:\n${z.prettifyError(read.error)}`,
    )
  }
  return withDefaults(read.data)
}

function fromFlags(options: AddOptions): Record<string, unknown> {
  const given = {
    client_name: options.name,
    redirect_uris: options.redirectUri,
    post_logout_redirect_uris: options.postLogoutUri,
    panjereh_first_party: options.firstParty,
    panjereh_role: options.role,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Without a redirect address there is nobody to sign in: a machine. */
function withDefaults(read: z.infer<typeof Metadata>): ClientMetadata {
  if (read.redirect_uris.length > 0) return { response_types: ['code'], ...read }
  return { ...read, grant_types: ['client_credentials'], response_types: [] }
}

function needsSecret(given: ClientMetadata): boolean {
  if (given['client_secret'] !== undefined) return false
  const method = given['token_endpoint_auth_method']
  return method === undefined || (typeof method === 'string' && method.startsWith('client_secret'))
}

function newSecret({ random }: Ports): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

async function existing({ clients }: Ports, clientId: string): Promise<ClientMetadata> {
  const found = await clients.find(clientId)
  if (found === undefined) throw new PanjerehError('config_invalid', `No client ${clientId}`)
  return found
}

async function record(ports: Ports, type: EventType, clientId: string): Promise<void> {
  await ports.events.record({ type, at: ports.clock.now(), clientId, actor: 'operator' })
}
