import { secretBox } from '../../adapters/crypto/secret-box.ts'
import type { Database } from '../../adapters/sql/database.ts'
import { sealStore } from '../../adapters/sql/seal-store.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { openSigningKeys } from '../compose-signing.ts'
import type { Config } from '../config.ts'
import type { Seal } from '../ports/seal-store.ts'
import { clientOf } from '../signing/seals/seal-certificates.ts'
import { sealKeyState, type SealKeyState } from '../signing/seals/seal-key.ts'
import { messageOf, type Finding } from './doctor-finding.ts'
import { openKeys } from './keys.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 30

/** Seals that will not be there when they are called for. */
export async function seals(config: Config, knex: Database['knex']): Promise<readonly Finding[]> {
  if (config.signing === undefined || !(await knex.schema.hasTable('seals'))) return []
  try {
    const opened = await openKeys(config, { create: false })
    const secrets = secretBox({ keys: opened.dataKeys, lookupKey: opened.lookupKey })
    const inForce = await sealStore({ knex, secrets }).list('in_force')
    const { dataDir } = config
    const keys = openSigningKeys(config.signing, { clock, random, secrets, dataDir })
    try {
      const stateOf = (seal: Seal) => sealKeyState(keys, seal)
      return await sealFindings(inForce, { stateOf, now: clock.now(), isOwnWanted: hasOwn(config) })
    } finally {
      await keys.close?.()
    }
  } catch (error) {
    return [['warn', `seals cannot be looked at: ${messageOf(error)}`]]
  }
}

const hasOwn = ({ seal }: Config) => seal !== undefined

interface Looking {
  readonly stateOf: (seal: Seal) => Promise<SealKeyState>
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The configuration names the window's own. */
  readonly isOwnWanted: boolean
}

export async function sealFindings(
  inForce: readonly Seal[],
  { stateOf, now, isOwnWanted }: Looking,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  if (isOwnWanted && inForce.every(({ owner }) => owner !== 'window')) findings.push(NO_OWN)
  for (const seal of inForce) {
    const key = keyFault(await stateOf(seal).catch(messageOf), seal)
    findings.push(key ?? timeLeft(seal, now))
  }
  return findings
}

const NO_OWN: Finding = [
  'warn',
  'PANJEREH_SEAL_IDENTIFIER is set, and the window has no seal yet: an open window has it issued, and its log says why when it cannot',
]

const nameOf = ({ owner }: Seal) =>
  owner === 'window' ? 'the window’s own seal' : `the seal of ${clientOf(owner)}`

const KEY_FAULTS: Readonly<Record<Exclude<SealKeyState, 'good'>, string>> = {
  elsewhere: 'has its key where keys were before: an open window makes a new one',
  missing: 'has no key in the key store any more',
  other: 'has another key than its certificate',
}

/** Undefined: it is there. Another text than a state: the key store did not answer. */
function keyFault(state: string, seal: Seal): Finding | undefined {
  if (state === 'good') return undefined
  const name = nameOf(seal)
  if (!Object.hasOwn(KEY_FAULTS, state)) return ['warn', `the key of ${name}: ${state}`]
  const fault = `${name} ${KEY_FAULTS[state as keyof typeof KEY_FAULTS]}`
  if (state === 'elsewhere') return ['warn', fault]
  const owner = clientOf(seal.owner)
  const again =
    owner === undefined ? 'a window makes a new one' : `\`seal create --client ${owner} …\``
  return ['warn', `${fault}: \`seal revoke ${seal.id}\`, then ${again}`]
}

function timeLeft(seal: Seal, now: number): Finding {
  const { createdAt, expiresAt } = seal
  const until = new Date(expiresAt).toISOString().slice(0, 10)
  if (now >= expiresAt) return ['warn', `${nameOf(seal)} is over since ${until}: ${RENEWAL}`]
  // As renewals go: of a short certificate the last third.
  const soon = Math.min(SOON_DAYS * DAY_MS, (expiresAt - createdAt) / 3)
  if (now < expiresAt - soon) return ['ok', `${nameOf(seal)} is good until ${until}`]
  return ['warn', `${nameOf(seal)} ends on ${until}: ${RENEWAL}`]
}

const RENEWAL = 'an open window renews it, and its log says why when it cannot'
