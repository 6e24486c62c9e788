import { Command, InvalidArgumentError, Option } from 'commander'
import { openWorld } from '../compose.ts'
import { readConfig, type Config } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { initialAccessToken } from '../oidc/initial-access-token.ts'
import type { ClientMetadata } from '../ports/client-store.ts'
import type { EventType } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'
import { checkClient } from './client-check.ts'
import { readLogo, type LogoFlags } from './client-logo.ts'
import { needsSecret, readMetadata, type MetadataFlags } from './client-metadata.ts'

export function clientCommands(): Command {
  const client = new Command('client').description('relying parties')
  client.command('list').description('ids and names').action(list)
  client
    .command('show <client_id>')
    .description('its metadata as JSON, without its secret')
    .action(show)
  withMetadata(client.command('add <client_id>'))
    .description('add one; a secret that is made is printed once')
    .option('--replace', 'in place of the one of this id: what is not said again is forgotten')
    .action(add)
  withMetadata(client.command('change <client_id>'))
    .description('change what is said here, and nothing else')
    .option('--no-first-party', 'not a service of the state: the consent page is shown')
    .action(change)
  client
    .command('secret <client_id>')
    .description('make a new secret, printed once; the old one ends at once')
    .action(renewSecret)
  client
    .command('logo <client_id>')
    .description(
      'keep its picture (PNG, JPEG or WebP, 64 kB at most), fetched once from its logo_uri',
    )
    .option('--file <picture>', 'from here instead')
    .option('--remove', 'show its initial again')
    .action(logo)
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

function withMetadata(command: Command): Command {
  return command
    .option('--file <json>', 'metadata as RFC 7591 names it')
    .option('--name <name>', 'as citizens see it')
    .option('--redirect-uri <uri...>', 'where codes may be sent')
    .option('--post-logout-uri <uri...>', 'where a sign-out may return')
    .option('--first-party', 'a service of the state: no consent page')
    .addOption(
      new Option('--role <role>', 'what it may look at').choices(['auditor', 'resource_server']),
    )
}

async function withPorts(act: (ports: Ports, config: Config) => Promise<void>): Promise<void> {
  const config = readConfig(process.env)
  const world = await openWorld(config)
  try {
    await act(world.ports, config)
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

async function add(
  clientId: string,
  { replace, ...flags }: MetadataFlags & { readonly replace?: true },
): Promise<void> {
  // Before anything is opened: a slip of the pen costs nothing.
  const given = await readMetadata(clientId, flags)
  await withPorts(async (ports, config) => {
    const isKnown = (await ports.clients.find(clientId)) !== undefined
    if (isKnown && !replace) {
      const ways = 'Change it with `client change`, or add it with --replace.'
      throw new PanjerehError('config_invalid', `There is a client ${clientId} already. ${ways}`)
    }
    await keep(ports, config, given, isKnown ? 'client.changed' : 'client.registered')
    console.log(`${clientId} is ${isKnown ? 'replaced' : 'added'}.`)
  })
}

function change(clientId: string, flags: MetadataFlags): Promise<void> {
  return withPorts(async (ports, config) => {
    const known = await existing(ports, clientId)
    await keep(ports, config, await readMetadata(clientId, flags, known), 'client.changed')
    console.log(`${clientId} is changed.`)
  })
}

function renewSecret(clientId: string): Promise<void> {
  return withPorts(async (ports, config) => {
    const { client_secret: old, ...rest } = await existing(ports, clientId)
    if (old === undefined) {
      throw new PanjerehError('config_invalid', `${clientId} proves itself without a secret`)
    }
    await keep(ports, config, rest, 'client.changed')
  })
}

function logo(clientId: string, flags: LogoFlags): Promise<void> {
  return withPorts(async (ports, config) => {
    const client = await existing(ports, clientId)
    if (flags.remove) await ports.logos.remove(clientId)
    else await ports.logos.put(clientId, await readLogo(client, flags, config))
    await record(ports, 'client.changed', clientId)
    console.log(`${clientId} has ${flags.remove ? 'no logo' : 'a logo'} now.`)
  })
}

/** Nothing that the window would refuse is kept. A secret that is made is told here and nowhere else. */
async function keep(
  ports: Ports,
  config: Config,
  given: ClientMetadata,
  type: EventType,
): Promise<void> {
  const secret = needsSecret(given) ? newSecret(ports) : undefined
  const client = { ...given, ...(secret ? { client_secret: secret } : {}) }
  await checkClient(config, ports, client)
  await ports.clients.put(client)
  await record(ports, type, client.client_id)
  if (secret) console.log(`client_secret (shown only now): ${secret}`)
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
