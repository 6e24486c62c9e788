import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { permissionFault } from '../../adapters/keys/master-key.ts'
import { clock } from '../../adapters/system/clock.ts'
import { openWorld } from '../compose.ts'
import { readConfig, unknownVariables, type Config } from '../config.ts'
import { masterKeyFile } from './keys.ts'

type Verdict = 'ok' | 'warn' | 'fail'
type Finding = readonly [Verdict, string]

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at everything that a window needs; fails when it could not open')
    .action(async () => {
      const findings = await examine(process.env)
      for (const [verdict, text] of findings) console.log(`${verdict.padEnd(4)}  ${text}`)
      if (findings.some(([verdict]) => verdict === 'fail')) process.exitCode = 1
    })
}

async function examine(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const first = [node(), time(), ...unknown(env)]
  const config = configOrFault(env)
  if (typeof config === 'string') return [...first, ['fail', config]]
  return [
    ...first,
    ['ok', `configuration: ${config.isProduction ? 'before a people' : 'on this machine'}`],
    ...(await files(config)),
    ...(await world(config)),
    await issuer(config),
    gateways(config),
  ]
}

function node(): Finding {
  const major = parseInt(process.versions.node, 10)
  return [major >= 24 ? 'ok' : 'fail', `Node ${process.versions.node} (24 or newer is needed)`]
}

/** Tokens carry times: a clock before this program was written is wrong for certain. */
function time(): Finding {
  const now = new Date(clock.now())
  const year = now.getUTCFullYear()
  return [
    year >= 2026 && year < 2100 ? 'ok' : 'fail',
    `clock: ${now.toISOString()} (keep it by NTP)`,
  ]
}

function unknown(env: NodeJS.ProcessEnv): readonly Finding[] {
  return unknownVariables(env).map((name) => ['warn', `${name} is no variable of this program`])
}

function configOrFault(env: NodeJS.ProcessEnv): Config | string {
  try {
    return readConfig(env)
  } catch (error) {
    return messageOf(error)
  }
}

async function files(config: Config): Promise<readonly Finding[]> {
  const paths = [masterKeyFile(config), join(config.dataDir, 'keys.json'), config.tls?.keyFile]
  const present = paths.filter((path) => path !== undefined && existsSync(path)) as string[]
  return Promise.all(
    present.map(async (path): Promise<Finding> => {
      const fault = await permissionFault(path)
      return fault === undefined ? ['ok', `${path} is its owner's alone`] : ['fail', fault]
    }),
  )
}

/** Opens what a window opens: key file, database (migrated by it) and Redis. */
async function world(config: Config): Promise<readonly Finding[]> {
  try {
    const opened = await openWorld(config)
    await opened.close()
  } catch (error) {
    return [['fail', messageOf(error)]]
  }
  const redis = config.redisUrl ? 'Redis answers' : 'no Redis: codes and tokens in the database'
  const isLarge = config.isProduction && config.redisUrl === undefined
  return [
    ['ok', 'the key file opens'],
    ['ok', `the database (${config.database.kind}) answers and is up to date`],
    [isLarge ? 'warn' : 'ok', redis],
  ]
}

async function issuer(config: Config): Promise<Finding> {
  const address = `${config.issuer}/.well-known/openid-configuration`
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5000) })
    const { issuer: named } = (await response.json()) as { issuer?: unknown }
    if (named === config.issuer) return ['ok', `${address} answers with this issuer`]
    return ['fail', `${address} answers with another issuer: look at the proxy`]
  } catch {
    return ['warn', `${address} does not answer from here: the window is closed, or DNS or a proxy`]
  }
}

function gateways(config: Config): Finding {
  const kinds = config.sms.gateways.map(({ kind }) => kind)
  if (kinds.length === 0) return ['warn', 'no SMS gateway: nobody can sign in by a code']
  return [kinds.length > 1 ? 'ok' : 'warn', `SMS gateways: ${kinds.join(', ')} (two are safer)`]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
