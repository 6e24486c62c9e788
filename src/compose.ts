import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { captcha } from '../adapters/captcha/index.ts'
import { cardReader, CardReaderSettings, type OpenCardReader } from '../adapters/card/index.ts'
import { secretBox } from '../adapters/crypto/secret-box.ts'
import { documentFiles } from '../adapters/documents/index.ts'
import { authenticatorModels } from '../adapters/fido/index.ts'
import { openFace } from '../adapters/face/index.ts'
import { openKeyRing } from '../adapters/keys/file.ts'
import { localMasterKey } from '../adapters/keys/master-key.ts'
import { memoryCaptures } from '../adapters/memory/captures.ts'
import { registries, type Observation } from '../adapters/registry/index.ts'
import { openRedis, type RedisConnection } from '../adapters/redis/client.ts'
import { redisStores } from '../adapters/redis/index.ts'
import { smsGateway } from '../adapters/sms/index.ts'
import { openPglite, openPostgres, type Database } from '../adapters/sql/database.ts'
import { startExpirySweep } from '../adapters/sql/expiry-sweep.ts'
import { sqlStores, sqlTransientStores } from '../adapters/sql/index.ts'
import { clock } from '../adapters/system/clock.ts'
import { random } from '../adapters/system/random.ts'
import { openSigning } from './compose-signing.ts'
import type { Config } from './config.ts'
import { PanjerehError } from './errors.ts'
import type { ServiceEvent } from './ports/event-sink.ts'
import type { Ports } from './ports/index.ts'
import type { AuthenticatorModels } from './ports/authenticator-models.ts'
import { trustedBy } from './signing/certificate-path.ts'
import { paperPrinter } from './signing/paper/printer.ts'

export interface World {
  readonly ports: Ports
  readonly database: Database
  readonly redis?: RedisConnection
  /** Machine events that did not fit the pipeline since the start. */
  readonly droppedEvents: () => number
  close(): Promise<void>
}

/** Opens everything outside us that the configuration names, and migrates the database. */
export async function openWorld(
  config: Config,
  observe?: (seen: Observation) => void,
): Promise<World> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  // Before anything is opened that would have to be closed.
  const models = await modelsOf(config)
  /** Keys are made before there is a place for events. */
  const early: ServiceEvent[] = []
  const keys = await openKeyRing({
    file: join(config.dataDir, 'keys.json'),
    masterKey: await masterKeyOf(config),
    overlapSeconds: config.keyOverlapSeconds,
    clock,
    random,
    events: { record: async (...told) => void early.push(...told) },
  })
  const secrets = secretBox({ keys: keys.dataKeys, lookupKey: keys.lookupKey })
  const database = await openDatabase(config)
  await database.migrate()
  const { knex } = database
  const lasting = sqlStores({ knex, secrets, clock, random })
  const redis = config.redisUrl ? await openRedis(config.redisUrl) : undefined
  const transient = redis
    ? redisStores({ redis: redis.redis, secrets, clock })
    : sqlTransientStores({ knex, secrets, clock })
  const { events, ...stores } = lasting
  const captures = memoryCaptures({ clock })
  const { engine, cards: reader } = config.face
  const face = await openFace(engine, { clock, random, modelsDirectory: config.modelsDirectory })
  const cards = face && openCards(reader)
  const directory = config.documentsDirectory
  const documents = await documentFiles({ clock, random, secrets }, { directory })
  const paper = paperPrinter()
  const signing = await openSigning(config.signing, {
    clock,
    random,
    secrets,
    dataDir: config.dataDir,
  })
  await events.record(...early)
  const sweep = startExpirySweep({ knex, clock })
  const ports: Ports = {
    ...stores,
    ...transient,
    authenticatorModels: models,
    events,
    captcha: captcha({ clock, random }, config.captcha),
    captures,
    cards,
    documents,
    face,
    paper,
    clock,
    random,
    secrets,
    keys: keys.ring,
    registries: registries(config.registries, { clock, random, observe }),
    signing,
    sms: smsGateway(config.sms.gateways, { clock }),
  }
  return {
    ports,
    database,
    redis,
    droppedEvents: () => events.stats().dropped,
    async close() {
      await sweep.stop()
      captures.close()
      await Promise.all([face?.close(), cards?.close(), signing?.close(), documents.close()])
      await paper.close()
      await events.flush()
      await redis?.close()
      await database.close()
    },
  }
}

/** Undefined where any passkey may release a signature, or nobody signs. */
async function modelsOf(config: Config): Promise<AuthenticatorModels | undefined> {
  if (config.signingPasskeys !== 'attested' || config.signing === undefined) return undefined
  return authenticatorModels(config.fidoMetadataFile, trustedBy)
}

function openCards(settings: unknown): OpenCardReader {
  const { data, error } = CardReaderSettings.safeParse(settings)
  if (data) return cardReader(data)
  const faults = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new PanjerehError('config_invalid', `PANJEREH_CARD_READER: ${faults.join('; ')}`)
}

/** A window on one's own machine makes its master key; one before a people is given it (config.ts). */
async function masterKeyOf(config: Config): Promise<Uint8Array> {
  return config.masterKey ?? localMasterKey(join(config.dataDir, 'master.key'), random)
}

function openDatabase({ database }: Config): Promise<Database> {
  return database.kind === 'postgres' ? openPostgres(database.url) : openPglite(database.directory)
}
