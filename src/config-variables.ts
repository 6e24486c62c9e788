import { z } from 'zod'
import {
  REDIS_URL,
  count,
  duration,
  faceEngine,
  flag,
  gateways,
  issuer,
  key,
  lifetimes,
  list,
  registries,
  resources,
  sealIdentifier,
  sealName,
  settingsObject,
  signing,
  url,
} from './config-values.ts'

export type { GatewaySetting } from './config-values.ts'

interface Variable {
  readonly schema: z.ZodType
  /** As it would be written in the environment; absent: unset. */
  readonly fallback?: string
  readonly says: string
  /** May also come from the file that `<name>_FILE` names. */
  readonly isSecret?: true
}

/** Every variable that this program reads, in the order in which the documentation shows them. */
export const VARIABLES = {
  PANJEREH_ISSUER: {
    schema: issuer,
    fallback: 'http://localhost:3000',
    says: 'the public address of the window; https unless it is this machine',
  },
  PANJEREH_HOST: {
    schema: z.string().min(1, 'an address to listen on'),
    fallback: '127.0.0.1',
    says: 'the address to listen on; 0.0.0.0 for all',
  },
  PANJEREH_PORT: {
    schema: count(0, 65_535),
    says: "the port to listen on; the issuer's own, or 3000, when unset",
  },
  PANJEREH_TRUSTED_PROXIES: {
    schema: count(0, 10),
    fallback: '0',
    says: 'how many reverse proxies stand before the window and set X-Forwarded-For and -Proto',
  },
  PANJEREH_TLS_CERT_FILE: { schema: z.string(), says: 'certificate chain (PEM), for own TLS' },
  PANJEREH_TLS_KEY_FILE: { schema: z.string(), says: 'its private key (PEM)' },
  PANJEREH_TLS_CLIENT_CA_FILE: {
    schema: z.string(),
    says: 'authorities (PEM) of client certificates (RFC 8705)',
  },
  PANJEREH_CLIENT_CERTIFICATE: {
    schema: z.enum(['tls', 'proxy'], 'tls or proxy'),
    says: 'who checks client certificates for mTLS (RFC 8705); unset: mTLS is off',
  },
  PANJEREH_DATA_DIR: {
    schema: z.string().min(1, 'a directory'),
    fallback: './data',
    says: 'the key file, and the embedded database',
  },
  PANJEREH_DATABASE_URL: {
    schema: z.union(
      [z.literal('embedded'), url('postgres:', 'postgresql:')],
      'embedded, or a URL that begins with postgres://',
    ),
    isSecret: true,
    says: '`embedded` (one process, the default on this machine) or postgres://…',
  },
  PANJEREH_REDIS_URL: {
    schema: z
      .string()
      .regex(
        REDIS_URL,
        'redis://, redis+sentinel:// or redis+cluster:// (rediss… for TLS) and hosts',
      ),
    isSecret: true,
    says: 'where codes, tokens and counters are kept: one server, `redis+sentinel://h1,h2/name` or `redis+cluster://h1,h2`; unset: in the database',
  },
  PANJEREH_MASTER_KEY: {
    schema: key,
    isSecret: true,
    says: 'opens the key file: 32 random bytes in hex or base64',
  },
  PANJEREH_ACR_PREFIX: {
    schema: z.string().regex(/^[a-z][\w+.:/-]*[:/]$/, 'a URI prefix that ends in : or /'),
    fallback: 'urn:panjereh:acr:',
    says: 'what stands before the number of an assurance level',
  },
  PANJEREH_LEVEL_LIFETIMES: {
    schema: lifetimes,
    fallback: '1=2592000,2=86400,3=900,4=0',
    says: 'seconds that the proof of each level stays good; 0: for its own request only',
  },
  PANJEREH_MINIMUM_AGE: {
    schema: count(0, 99),
    fallback: '18',
    says: 'in whole years; younger people do not reach level 2',
  },
  PANJEREH_MANDATE_LIFETIME: {
    schema: duration,
    fallback: '1h',
    says: 'the registry’s word on who acts for a legal person is asked for again after so long',
  },
  PANJEREH_SESSION_IDLE: {
    schema: duration,
    fallback: '14d',
    says: 'a session ends when unused for so long',
  },
  PANJEREH_SESSION_ABSOLUTE: {
    schema: duration,
    fallback: '30d',
    says: 'and after so long in any case',
  },
  PANJEREH_TTL_CODE: { schema: duration, fallback: '60s', says: 'authorization codes' },
  PANJEREH_TTL_ACCESS_TOKEN: { schema: duration, fallback: '10m', says: 'access tokens' },
  PANJEREH_TTL_CLIENT_CREDENTIALS: {
    schema: duration,
    fallback: '10m',
    says: 'access tokens of machines',
  },
  PANJEREH_TTL_ID_TOKEN: { schema: duration, fallback: '10m', says: 'ID tokens' },
  PANJEREH_TTL_REFRESH_TOKEN: { schema: duration, fallback: '30d', says: 'refresh tokens' },
  PANJEREH_TTL_INTERACTION: { schema: duration, fallback: '30m', says: 'one visit to our pages' },
  PANJEREH_TTL_DEVICE_CODE: { schema: duration, fallback: '10m', says: 'device codes (RFC 8628)' },
  PANJEREH_OTP_LIFETIME: {
    schema: duration,
    fallback: '2m',
    says: 'a code by SMS is good so long',
  },
  PANJEREH_OTP_TRIES: { schema: count(1, 10), fallback: '5', says: 'wrong codes, then it is over' },
  PANJEREH_OTP_RESEND: { schema: duration, fallback: '60s', says: 'before it may be sent again' },
  PANJEREH_OTP_SENDS_PER_HOUR: {
    schema: count(1, 100),
    fallback: '5',
    says: 'messages to one number in an hour',
  },
  PANJEREH_OTP_SENDS_PER_MINUTE_OVERALL: {
    schema: count(1, 1_000_000),
    fallback: '600',
    says: 'messages in all in a minute: the cost guard',
  },
  PANJEREH_OTP_FOREIGN_NUMBERS: {
    schema: z.enum(['refuse', 'accept'], 'refuse or accept'),
    fallback: 'refuse',
    says: 'mobile numbers of other countries',
  },
  PANJEREH_OTP_RECYCLED_AFTER: {
    schema: duration,
    fallback: '180d',
    says: 'a number unseen for so long may have been sold to somebody else',
  },
  PANJEREH_CAPTCHA: {
    schema: z.enum(['off', 'proof-of-work'], 'off or proof-of-work'),
    fallback: 'off',
    says: 'what is asked before a message once an address, a network or all together ask for many',
  },
  PANJEREH_CAPTCHA_BITS: {
    schema: count(1, 24),
    fallback: '15',
    says: 'its work: 15 is a few seconds on a phone, each more doubles them',
  },
  PANJEREH_SMS_GATEWAYS: {
    schema: gateways,
    fallback: '[]',
    isSecret: true,
    says: 'JSON array of gateways in order of preference',
  },
  PANJEREH_REGISTRIES: {
    schema: registries,
    fallback: '{}',
    isSecret: true,
    says: 'JSON object: national registry to its settings (docs/registries.md); level 2 needs `subscribers` and `civil`',
  },
  PANJEREH_FACE: {
    schema: faceEngine,
    isSecret: true,
    says: 'JSON object: the face engine of level 3, `{"kind":"onnx"}` (our own) or `{"kind":"http",…}` (docs/face-engine.md); unset: no level 3',
  },
  PANJEREH_SIGNING: {
    schema: signing,
    isSecret: true,
    says: 'JSON object: keys, certification authority, time stamps of level 4 (docs/level-4.md); unset: no level 4',
  },
  PANJEREH_SEAL_NAME: {
    schema: sealName,
    fallback: 'پنجرهٔ ملی',
    says: 'the organisation that the window’s own seal names',
  },
  PANJEREH_SEAL_IDENTIFIER: {
    schema: sealIdentifier,
    says: 'its national ID (11 digits): with it and PANJEREH_SIGNING the window has a seal, and reports of /verify bear it (docs/seals.md); unset: it has none',
  },
  PANJEREH_SIGNING_PASSKEYS: {
    schema: z.enum(['any', 'attested'], 'any or attested'),
    fallback: 'any',
    says: 'which passkeys may release a signature: any with user verification, or those that are not synced and that their maker vouches for by the FIDO metadata',
  },
  PANJEREH_FIDO_METADATA: {
    schema: z.string().min(1, 'a file'),
    says: 'the file that `panjereh fido import` writes, for attested passkeys; fido-metadata.json in PANJEREH_DATA_DIR when unset',
  },
  PANJEREH_SIGNATURE_NOTICES: {
    schema: z.enum(
      ['all', 'signatures', 'certificates', 'off'],
      'all, signatures, certificates or off',
    ),
    fallback: 'signatures',
    says: 'of what citizens are told by text message: what was signed with their keys (`all`: sign-in declarations too) and what became of their certificates, or of `certificates` alone',
  },
  PANJEREH_SIGNATURE_RETENTION_DAYS: {
    schema: count(4, 365),
    fallback: '30',
    says: 'days that requests for signatures and their documents are kept after their time (expires_at) is over',
  },
  PANJEREH_DOCUMENTS_DIR: {
    schema: z.string().min(1),
    says: 'where documents to sign are kept, sealed: for several windows a place that all of them see; in PANJEREH_DATA_DIR when unset',
  },
  PANJEREH_CARD_READER: {
    schema: settingsObject,
    fallback: '{}',
    says: 'JSON object: workers, queue, smallest, allowSpecimens of the reader of national cards (docs/level-3.md)',
  },
  PANJEREH_FACE_TRIES_PER_HOUR: {
    schema: count(1, 100),
    fallback: '5',
    says: 'tries of one person at level 3 that prove nothing',
  },
  PANJEREH_FACE_TRIES_PER_DAY: {
    schema: count(1, 1000),
    fallback: '10',
    says: 'the same in a day',
  },
  PANJEREH_FACE_VIRTUAL_CAMERAS: {
    schema: z.enum(['record', 'refuse'], 'record or refuse'),
    fallback: 'record',
    says: 'cameras that say of themselves that they are programs: noted in the evidence, or refused',
  },
  PANJEREH_FACE_REGISTRY_PORTRAIT: {
    schema: z.enum(['when_given', 'never'], 'when_given or never'),
    fallback: 'when_given',
    says: 'the Civil Registry’s portrait is compared too whenever it gives one, or never asked for',
  },
  PANJEREH_MODELS_DIR: {
    schema: z.string().min(1, 'a directory'),
    says: 'where `panjereh face fetch` puts the models of level 3; in node_modules/.cache when unset',
  },
  PANJEREH_RESOURCES: {
    schema: resources,
    fallback: '{}',
    says: 'JSON object: resource URL (RFC 8707) to its scopes',
  },
  PANJEREH_POLICY_URL: {
    schema: url('https:'),
    says: 'what agencies may do with what they get: `op_policy_uri` in discovery',
  },
  PANJEREH_TERMS_URL: {
    schema: url('https:'),
    says: 'the terms of use for agencies: `op_tos_uri` in discovery',
  },
  PANJEREH_DOCUMENTATION_URL: {
    schema: url('https:'),
    says: 'for the engineers of agencies: `service_documentation` in discovery',
  },
  PANJEREH_DEVELOPER_HOSTS: {
    schema: list,
    fallback: 'localhost,127.0.0.1',
    says: 'hosts of redirect addresses on which error pages name the exact fault',
  },
  PANJEREH_DEMO: {
    schema: flag,
    says: 'the demo agency; on by default only on this machine with the embedded database',
  },
  PANJEREH_DEMO_AGENCY_URL: {
    schema: z.url("the demo agency's address"),
    fallback: 'http://localhost:3001',
    says: 'where the demo agency is seen by a browser',
  },
  PANJEREH_DEMO_BANK_URL: {
    schema: z.url("the demo bank's address"),
    fallback: 'http://127.0.0.1:3003',
    says: 'where the demo bank is: another host, so another sector with another `sub`',
  },
  PANJEREH_REGISTRATION: {
    schema: flag,
    fallback: 'true',
    says: 'dynamic client registration (RFC 7591)',
  },
  PANJEREH_REGISTRATION_OPEN: {
    schema: flag,
    fallback: 'false',
    says: 'registration without an initial access token; never in production',
  },
  PANJEREH_PKCE: {
    schema: z.enum(['required', 'public'], 'required or public'),
    fallback: 'required',
    says: '`public`: confidential clients may do without; `required`: only those may whom `panjereh_pkce` frees',
  },
  PANJEREH_INSIDE_HOSTS: {
    schema: list,
    says: 'hosts at private addresses that may be called for their clients (jwks_uri, back-channel logout), by comma',
  },
  PANJEREH_MAX_CLIENTS: {
    schema: count(1, 1_000_000),
    fallback: '10000',
    says: 'relying parties, after which nobody registers by himself',
  },
  PANJEREH_KEY_OVERLAP: {
    schema: duration,
    fallback: '30d',
    says: 'how long a retired signing key stays published',
  },
  PANJEREH_LOG_LEVEL: {
    schema: z.enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'fatal, error, warn, info, debug or silent',
    ),
    fallback: 'info',
    says: 'one JSON line a request from `info` on',
  },
  PANJEREH_METRICS_TOKEN: {
    schema: z.string().min(16, 'at least 16 characters'),
    isSecret: true,
    says: 'bearer token of /metrics; unset: only this machine may read them',
  },
} as const satisfies Readonly<Record<string, Variable>>

export type VariableName = keyof typeof VARIABLES
export type Values = {
  readonly [Name in VariableName]:
    | z.output<(typeof VARIABLES)[Name]['schema']>
    | ((typeof VARIABLES)[Name] extends { fallback: string } ? never : undefined)
}

/** Read by tests alone, so not a slip of the pen. */
const OTHERS: readonly string[] = ['PANJEREH_REQUIRE_ALL', 'PANJEREH_TEST_RUN']

/** Variables that begin like ours and are none: slips of the pen, shown by `doctor` and at start. */
export function unknownVariables(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith('PANJEREH_') && !OTHERS.includes(name) && !isKnown(name),
  )
}

function isKnown(name: string): boolean {
  if (Object.hasOwn(VARIABLES, name)) return true
  const base = name.replace(/_FILE$/, '')
  if (!Object.hasOwn(VARIABLES, base)) return false
  return 'isSecret' in VARIABLES[base as VariableName]
}
