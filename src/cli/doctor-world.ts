import { existsSync } from 'node:fs'
import { openRedis } from '../../adapters/redis/client.ts'
import { openPglite, openPostgres, type Database } from '../../adapters/sql/database.ts'
import { MIGRATIONS } from '../../migrations/index.ts'
import type { Config, GatewaySetting } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { messageOf, type Finding } from './doctor-finding.ts'
import { seals } from './doctor-seals.ts'

/** With the seals in it: the embedded one opens once. */
export async function database(config: Config): Promise<readonly Finding[]> {
  const { database: setting } = config
  if (setting.kind === 'embedded' && !existsSync(setting.directory)) {
    return [['warn', `no database in ${setting.directory} yet: the first start makes it`]]
  }
  try {
    const opened =
      setting.kind === 'postgres'
        ? await openPostgres(setting.url, 1)
        : await openPglite(setting.directory)
    try {
      return [await version(opened), ...(await seals(config, opened.knex))]
    } finally {
      await opened.close()
    }
  } catch (error) {
    const isInUse = error instanceof PanjerehError && error.code === 'data_directory_locked'
    return [[isInUse ? 'warn' : 'fail', messageOf(error)]]
  }
}

/** Missing tables are made at the start; those of a newer version nobody can take back. */
async function version({ knex, kind }: Database): Promise<Finding> {
  const known = new Set(MIGRATIONS.map(({ name }) => name))
  const done = (await knex.schema.hasTable('knex_migrations'))
    ? ((await knex('knex_migrations').pluck('name')) as string[])
    : []
  const newer = done.filter((name) => !known.has(name))
  if (newer.length > 0) {
    return ['fail', `the database (${kind}) is of a newer version: ${newer.join(', ')}`]
  }
  const missing = known.size - done.length
  if (missing > 0) {
    return ['warn', `the database (${kind}) answers; ${missing} migrations are to be run`]
  }
  return ['ok', `the database (${kind}) answers and is up to date`]
}

export async function redis({ redisUrl, isProduction }: Config): Promise<readonly Finding[]> {
  if (redisUrl === undefined) {
    return [[isProduction ? 'warn' : 'ok', 'no Redis: codes and tokens in the database']]
  }
  try {
    const opened = await openRedis(redisUrl)
    await opened.close()
    return [['ok', 'Redis answers']]
  } catch (error) {
    return [['fail', messageOf(error)]]
  }
}

/** Asks as an agency would: through whatever stands before the window. */
export async function issuer(config: Config): Promise<readonly Finding[]> {
  const address = `${config.issuer}/.well-known/openid-configuration`
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  )
  if (response === undefined) {
    const why = 'the window is closed, or DNS or a proxy'
    return [['warn', `${address} does not answer from here: ${why}`]]
  }
  const found = (await response.json().catch(() => undefined)) as { issuer?: unknown } | undefined
  if (found?.issuer === config.issuer) return [['ok', `${address} answers with this issuer`]]
  return [['fail', `${address} answers, but not as this issuer: look at the proxy`]]
}

const NO_TEXTS: Finding = [
  'warn',
  'no SMS gateway is set up for texts without a code (sms-ir: line): citizens are not told of signatures',
]

const sendsTexts = ({ kind, ...more }: GatewaySetting) => kind !== 'sms-ir' || 'line' in more

export async function gateways({
  sms,
  signing,
  signatureNotices,
}: Config): Promise<readonly Finding[]> {
  const kinds = sms.gateways.map(({ kind }) => kind)
  if (kinds.length === 0) return [['warn', 'no SMS gateway: nobody can sign in by a code']]
  const found: Finding = [
    kinds.length > 1 ? 'ok' : 'warn',
    `SMS gateways: ${kinds.join(', ')} (two are safer)`,
  ]
  return signing !== undefined && signatureNotices !== 'off' && !sms.gateways.some(sendsTexts)
    ? [found, NO_TEXTS]
    : [found]
}
