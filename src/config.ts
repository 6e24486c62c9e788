import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import {
  VARIABLES,
  type GatewaySetting,
  type Values,
  type VariableName,
} from './config-variables.ts'
import { PanjerehError } from './errors.ts'

/** Beside the compile cache: gone with `npm ci`, and then brought back out of npm's own cache. */
const MODELS_CACHE = join(import.meta.dirname, '../node_modules/.cache/panjereh/models')

export { unknownVariables, VARIABLES, type GatewaySetting } from './config-variables.ts'

/** What the operator decided. Times in seconds. */
export type Config = ReturnType<typeof arranged>

interface Fault {
  readonly variable: string
  readonly expected: string
}

/** One schema over the whole environment; the table beside it says what each variable is. */
const SCHEMA = z.object(
  Object.fromEntries(Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema])) as {
    readonly [Name in VariableName]: (typeof VARIABLES)[Name]['schema']
  },
)

/** The only reader of the environment. Throws `config_invalid` with every fault at once. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: Fault[] = []
  const values = Object.fromEntries(
    (Object.keys(VARIABLES) as VariableName[]).map((name) => [name, read(env, name, faults)]),
  ) as unknown as Values
  faults.push(...faultsBetween(values, faults))
  if (faults.length > 0) throw invalid(faults)
  return deepFrozen(arranged(values, env))
}

function read(env: NodeJS.ProcessEnv, name: VariableName, faults: Fault[]): unknown {
  const variable = VARIABLES[name]
  const text = given(env, name, faults) ?? ('fallback' in variable ? variable.fallback : undefined)
  if (text === undefined) return undefined
  const result = SCHEMA.shape[name].safeParse(text)
  if (result.success) return result.data
  faults.push({ variable: name, expected: result.error.issues[0]?.message ?? 'another value' })
  return undefined
}

/** An empty variable counts as unset: compose files and unit files write them so. */
function given(env: NodeJS.ProcessEnv, name: VariableName, faults: Fault[]): string | undefined {
  const text = env[name]?.trim() || undefined
  const file = 'isSecret' in VARIABLES[name] ? env[`${name}_FILE`]?.trim() : undefined
  if (!file) return text
  if (text !== undefined) {
    faults.push({ variable: name, expected: `either ${name} or ${name}_FILE, not both` })
    return undefined
  }
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    faults.push({ variable: `${name}_FILE`, expected: 'a file that can be read' })
    return undefined
  }
}

/** Faults that no variable has alone. A variable that is at fault itself comes here as undefined. */
function faultsBetween(values: Values, found: readonly Fault[]): readonly Fault[] {
  const isAtFault = (name: string) =>
    found.some(({ variable }) => variable === name || variable === `${name}_FILE`)
  const rules = isProduction(values.PANJEREH_ISSUER) ? [...ALWAYS, ...IN_PRODUCTION] : ALWAYS
  return rules
    .filter(({ variable, isBroken }) => !isAtFault(variable) && isBroken(values))
    .map(({ variable, expected }) => ({ variable, expected }))
}

interface Rule extends Fault {
  isBroken(values: Values): boolean
}

const ALWAYS: readonly Rule[] = [
  {
    variable: 'PANJEREH_TLS_KEY_FILE',
    expected: 'to be set together with PANJEREH_TLS_CERT_FILE',
    isBroken: (values) => !values.PANJEREH_TLS_CERT_FILE !== !values.PANJEREH_TLS_KEY_FILE,
  },
  {
    variable: 'PANJEREH_CLIENT_CERTIFICATE',
    expected: 'tls only with PANJEREH_TLS_CLIENT_CA_FILE, proxy only with PANJEREH_TRUSTED_PROXIES',
    isBroken: (values) =>
      (values.PANJEREH_CLIENT_CERTIFICATE === 'tls' && !values.PANJEREH_TLS_CLIENT_CA_FILE) ||
      (values.PANJEREH_CLIENT_CERTIFICATE === 'proxy' && !values.PANJEREH_TRUSTED_PROXIES),
  },
  {
    variable: 'PANJEREH_SESSION_IDLE',
    expected: 'no longer than PANJEREH_SESSION_ABSOLUTE',
    isBroken: (values) => values.PANJEREH_SESSION_IDLE > values.PANJEREH_SESSION_ABSOLUTE,
  },
  {
    variable: 'PANJEREH_SEAL_IDENTIFIER',
    expected: 'set together with PANJEREH_SIGNING: there are no keys to seal with',
    isBroken: (values) => Boolean(values.PANJEREH_SEAL_IDENTIFIER) && !values.PANJEREH_SIGNING,
  },
  {
    variable: 'PANJEREH_OTP_RESEND',
    expected: 'shorter than PANJEREH_OTP_LIFETIME',
    isBroken: (values) => values.PANJEREH_OTP_RESEND >= values.PANJEREH_OTP_LIFETIME,
  },
]

/** What is convenient on one's own machine and dangerous before a people. */
const IN_PRODUCTION: readonly Rule[] = [
  {
    variable: 'PANJEREH_ISSUER',
    expected: 'https: only on this machine may it be http',
    isBroken: (values) => !values.PANJEREH_ISSUER.startsWith('https:'),
  },
  {
    variable: 'PANJEREH_TRUSTED_PROXIES',
    expected: '1 or more when a proxy ends TLS, or PANJEREH_TLS_CERT_FILE for own TLS',
    isBroken: (values) => !values.PANJEREH_TLS_CERT_FILE && !values.PANJEREH_TRUSTED_PROXIES,
  },
  {
    variable: 'PANJEREH_MASTER_KEY',
    expected: '32 random bytes (openssl rand -hex 32), or PANJEREH_MASTER_KEY_FILE',
    isBroken: (values) => values.PANJEREH_MASTER_KEY === undefined,
  },
  {
    variable: 'PANJEREH_DATABASE_URL',
    expected: 'postgres://…, or `embedded` said outright for one process',
    isBroken: (values) => values.PANJEREH_DATABASE_URL === undefined,
  },
  {
    variable: 'PANJEREH_SMS_GATEWAYS',
    expected: 'at least one gateway: nobody could sign in',
    isBroken: (values) => values.PANJEREH_SMS_GATEWAYS?.length === 0,
  },
  {
    variable: 'PANJEREH_DEMO',
    expected: 'false: the demo agency has known secrets',
    isBroken: (values) => values.PANJEREH_DEMO === true,
  },
  {
    variable: 'PANJEREH_REGISTRATION_OPEN',
    expected: 'false: anybody could register a relying party',
    isBroken: (values) => values.PANJEREH_REGISTRATION_OPEN,
  },
]

function isProduction(issuer: string | undefined): boolean {
  if (issuer === undefined) return false
  const { hostname } = new URL(issuer)
  return !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

function arranged(values: Values, env: NodeJS.ProcessEnv) {
  const issuer = values.PANJEREH_ISSUER
  const dataDir = resolve(values.PANJEREH_DATA_DIR)
  const database = databaseOf(values.PANJEREH_DATABASE_URL, dataDir)
  const production = isProduction(issuer)
  return {
    issuer,
    isProduction: production,
    host: values.PANJEREH_HOST,
    port: values.PANJEREH_PORT ?? portOf(issuer),
    trustedProxies: values.PANJEREH_TRUSTED_PROXIES,
    tls: tlsOf(values),
    clientCertificate: values.PANJEREH_CLIENT_CERTIFICATE,
    dataDir,
    database,
    redisUrl: values.PANJEREH_REDIS_URL,
    masterKey: values.PANJEREH_MASTER_KEY,
    masterKeyFile: env['PANJEREH_MASTER_KEY_FILE']?.trim() || undefined,
    keyOverlapSeconds: values.PANJEREH_KEY_OVERLAP,
    acrPrefix: values.PANJEREH_ACR_PREFIX,
    levelLifetimes: values.PANJEREH_LEVEL_LIFETIMES,
    ttl: {
      code: values.PANJEREH_TTL_CODE,
      accessToken: values.PANJEREH_TTL_ACCESS_TOKEN,
      clientCredentials: values.PANJEREH_TTL_CLIENT_CREDENTIALS,
      idToken: values.PANJEREH_TTL_ID_TOKEN,
      refreshToken: values.PANJEREH_TTL_REFRESH_TOKEN,
      interaction: values.PANJEREH_TTL_INTERACTION,
      deviceCode: values.PANJEREH_TTL_DEVICE_CODE,
      session: values.PANJEREH_SESSION_IDLE,
      sessionAbsolute: values.PANJEREH_SESSION_ABSOLUTE,
    },
    otp: {
      lifetimeSeconds: values.PANJEREH_OTP_LIFETIME,
      tries: values.PANJEREH_OTP_TRIES,
      resendSeconds: values.PANJEREH_OTP_RESEND,
      sendsPerHour: values.PANJEREH_OTP_SENDS_PER_HOUR,
      sendsPerMinuteOverall: values.PANJEREH_OTP_SENDS_PER_MINUTE_OVERALL,
      foreignNumbers: values.PANJEREH_OTP_FOREIGN_NUMBERS,
      recycledAfterDays: values.PANJEREH_OTP_RECYCLED_AFTER / 86_400,
    },
    minimumAge: values.PANJEREH_MINIMUM_AGE,
    mandateLifetime: values.PANJEREH_MANDATE_LIFETIME,
    captcha: { kind: values.PANJEREH_CAPTCHA, bits: values.PANJEREH_CAPTCHA_BITS },
    sms: {
      gateways: values.PANJEREH_SMS_GATEWAYS as readonly GatewaySetting[],
      /** Bound into the message for WebOTP: `@host #code`. */
      host: new URL(issuer).hostname,
    },
    registries: values.PANJEREH_REGISTRIES,
    documentsDirectory: values.PANJEREH_DOCUMENTS_DIR ?? join(dataDir, 'documents'),
    signing: values.PANJEREH_SIGNING,
    seal:
      values.PANJEREH_SEAL_IDENTIFIER === undefined
        ? undefined
        : { name: values.PANJEREH_SEAL_NAME, identifier: values.PANJEREH_SEAL_IDENTIFIER },
    signingPasskeys: values.PANJEREH_SIGNING_PASSKEYS,
    fidoMetadataFile: resolve(values.PANJEREH_FIDO_METADATA ?? join(dataDir, 'fido-metadata.json')),
    signatureNotices: values.PANJEREH_SIGNATURE_NOTICES,
    signatureRetentionDays: values.PANJEREH_SIGNATURE_RETENTION_DAYS,
    face: {
      engine: values.PANJEREH_FACE,
      cards: values.PANJEREH_CARD_READER,
      policy: {
        triesPerHour: values.PANJEREH_FACE_TRIES_PER_HOUR,
        triesPerDay: values.PANJEREH_FACE_TRIES_PER_DAY,
        virtualCameras: values.PANJEREH_FACE_VIRTUAL_CAMERAS,
        registryPortrait: values.PANJEREH_FACE_REGISTRY_PORTRAIT,
      },
    },
    modelsDirectory: resolve(values.PANJEREH_MODELS_DIR ?? MODELS_CACHE),
    resources: values.PANJEREH_RESOURCES,
    about: {
      policyUrl: values.PANJEREH_POLICY_URL,
      termsUrl: values.PANJEREH_TERMS_URL,
      documentationUrl: values.PANJEREH_DOCUMENTATION_URL,
    },
    developerHosts: values.PANJEREH_DEVELOPER_HOSTS as readonly string[],
    demo: values.PANJEREH_DEMO ?? (!production && isPlayground(database, env)),
    demoUrls: {
      agencyUrl: values.PANJEREH_DEMO_AGENCY_URL,
      bankUrl: values.PANJEREH_DEMO_BANK_URL,
    },
    pkce: values.PANJEREH_PKCE,
    insideHosts: values.PANJEREH_INSIDE_HOSTS ?? [],
    registration: {
      enabled: values.PANJEREH_REGISTRATION,
      initialAccessTokenRequired: !values.PANJEREH_REGISTRATION_OPEN,
      maxClients: values.PANJEREH_MAX_CLIENTS,
    },
    logLevel: values.PANJEREH_LOG_LEVEL,
    metricsToken: values.PANJEREH_METRICS_TOKEN,
  } as const
}

export type DatabaseSetting =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'postgres'; readonly url: string }

function databaseOf(url: string | undefined, dataDir: string): DatabaseSetting {
  if (url === undefined || url === 'embedded') {
    return { kind: 'embedded', directory: join(dataDir, 'database') }
  }
  return { kind: 'postgres', url }
}

function isPlayground(database: DatabaseSetting, env: NodeJS.ProcessEnv): boolean {
  return database.kind === 'embedded' && env['NODE_ENV'] !== 'production'
}

function portOf(issuer: string): number {
  const { port, protocol } = new URL(issuer)
  return Number(port) || (protocol === 'http:' ? 80 : 3000)
}

function tlsOf(values: Values) {
  const certFile = values.PANJEREH_TLS_CERT_FILE
  const keyFile = values.PANJEREH_TLS_KEY_FILE
  if (certFile === undefined || keyFile === undefined) return undefined
  return { certFile, keyFile, clientCaFile: values.PANJEREH_TLS_CLIENT_CA_FILE }
}

function invalid(faults: readonly Fault[]): PanjerehError {
  const lines = faults.map(({ variable, expected }) => `  ${variable} must be ${expected}`)
  return new PanjerehError('config_invalid', `The configuration is wrong:\n${lines.join('\n')}`)
}

function deepFrozen<Value>(value: Value): Value {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value
  Object.values(value).forEach(deepFrozen)
  return Object.freeze(value)
}
