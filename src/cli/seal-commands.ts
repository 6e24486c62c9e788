import { Command, InvalidArgumentError, Option } from 'commander'
import { openWorld } from '../compose.ts'
import { readConfig } from '../config.ts'
import { NotDecidedYet, PanjerehError } from '../errors.ts'
import { organizationIdentifier } from '../identity/organization-identifier.ts'
import type { Ports } from '../ports/index.ts'
import type { RevocationReason } from '../ports/revocation-checker.ts'
import type { Seal } from '../ports/seal-store.ts'
import type { SigningServices } from '../ports/signing-services.ts'
import { clientOf, ownerOf, sealCertificates } from '../signing/seals/seal-certificates.ts'
import { nameFault } from '../signing/x509/subject-name.ts'

const REASONS: readonly RevocationReason[] = [
  'unspecified',
  'key_compromise',
  'affiliation_changed',
  'superseded',
  'cessation_of_operation',
]

interface Creating {
  readonly client: string
  readonly organization: string
  readonly identifier: string
  readonly replace?: true
}

export function sealCommands(): Command {
  const seal = new Command('seal').description('electronic seals of agencies (docs/seals.md)')
  seal
    .command('create')
    .description('make a key for a client, and have its organisation’s certificate issued')
    .requiredOption('--client <client_id>', 'whose seal it will be')
    .requiredOption('--organization <name>', 'as the certificate names it', organization)
    .requiredOption(
      '--identifier <number>',
      'national ID of the legal person (11 digits), or one with its kind such as VATIR-…',
      identifier,
    )
    .option('--replace', 'in place of the one that it has; what that sealed stays good')
    .action(create)
  seal
    .command('list')
    .description('all seals, the newest first; never a key')
    .option('--json', 'one JSON object a line')
    .action(list)
  seal
    .command('revoke <seal_id>')
    .description('nothing is sealed with it any more, and the authority is told')
    .addOption(
      new Option('--reason <reason>', 'as certificate lists say it')
        .choices(REASONS)
        .default('unspecified'),
    )
    .action(revoke)
  return seal
}

type SealPorts = Ports & { readonly signing: SigningServices }

async function withSeals(act: (ports: SealPorts) => Promise<void>): Promise<void> {
  const world = await openWorld(readConfig(process.env))
  try {
    const { signing } = world.ports
    if (signing === undefined) {
      throw wrong('PANJEREH_SIGNING is unset: no keys, no authority. Set it (docs/level-4.md)')
    }
    await act({ ...world.ports, signing })
  } finally {
    await world.close()
  }
}

function create({ client, replace, ...named }: Creating): Promise<void> {
  return withSeals(async (ports) => {
    if ((await ports.clients.find(client)) === undefined) {
      throw wrong(`No client ${client}. Add it with \`client add ${client}\``)
    }
    const { seals, signing } = ports
    const owner = ownerOf(client)
    const known = await seals.inForce(owner)
    if (known !== undefined && !replace) throw wrong(hasOne(client, known))
    const certificates = sealCertificates({ ...ports, ...signing })
    const of = { name: named.organization, identifier: named.identifier }
    const making = certificates.create(owner, of, { replaces: known, actor: 'operator' })
    const made = await making.catch(notDecided)
    if (made === 'not_decided') return
    if (made === undefined) {
      throw new PanjerehError('state_conflict', `Somebody else has just made one for ${client}`)
    }
    console.log(line(made))
  })
}

/** Of sysexits.h: it was no failure, and the same again may do. */
const EX_TEMPFAIL = 75

/** Says what to do next. */
function notDecided(error: unknown): 'not_decided' {
  if (!(error instanceof NotDecidedYet)) throw error
  const { retryAfterSeconds: seconds } = error
  console.log(
    'The authority has taken the request and has not decided yet: somebody there approves it.',
  )
  console.log('Key and request are kept. When it is approved, run this very command again')
  console.log(`(the authority says: in ${seconds} seconds or later). No second key is made.`)
  process.exitCode = EX_TEMPFAIL
  return 'not_decided'
}

const hasOne = (client: string, { id }: Seal) =>
  `${client} has a seal already. Revoke it with \`seal revoke ${id}\`, or make another with --replace`

function list({ json }: { readonly json?: true }): Promise<void> {
  return withSeals(async ({ seals }) => {
    for (const seal of await seals.list('all')) {
      console.log(json ? JSON.stringify(shown(seal)) : line(seal))
    }
  })
}

function revoke(id: string, { reason }: { readonly reason: RevocationReason }): Promise<void> {
  return withSeals(async (ports) => {
    const seal = (await ports.seals.list('all')).find((one) => one.id === id)
    if (seal === undefined) throw wrong(`No seal ${id}. \`seal list\` shows them`)
    if (seal.ended !== undefined) throw wrong(`${id} has ended already (${seal.ended.reason})`)
    const certificates = sealCertificates({ ...ports, ...ports.signing })
    const isTold = await certificates.revoke(seal, reason, 'operator')
    console.log(`${id} is revoked: nothing is sealed with it any more.`)
    if (!isTold) console.log('The authority or the key store is away: an open window tells it.')
  })
}

const ownedBy = ({ owner }: Seal) => clientOf(owner) ?? 'the window'
const day = (at: number) => new Date(at).toISOString().slice(0, 10)

function line(seal: Seal): string {
  const { id, organization: of, ended, expiresAt } = seal
  const state = ended ? `${ended.reason} ${day(ended.at)}` : `until ${day(expiresAt)}`
  return [id, state, ownedBy(seal), of.identifier, of.name].join('\t')
}

function shown({ keyId: _key, certificateChain: [own], ...seal }: Seal) {
  const certificate = Buffer.from(own ?? []).toString('base64')
  return { ...seal, clientId: clientOf(seal.owner), certificate }
}

function organization(text: string): string {
  const fault = nameFault(text)
  if (fault === undefined) return text
  throw new InvalidArgumentError(`Write it in Persian alone or in Latin alone: ${fault}.`)
}

function identifier(text: string): string {
  const whole = organizationIdentifier(text)
  if (whole !== undefined) return whole
  throw new InvalidArgumentError('It has 11 digits, the last of which is a check digit.')
}

const wrong = (message: string) => new PanjerehError('config_invalid', message)
