import { z } from 'zod'
import { organizationIdentifier } from './identity/organization-identifier.ts'
import { nameFault } from './signing/x509/subject-name.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `90`, `90s`, `15m`, `12h` or `30d`, as seconds. */
export const duration = z
  .string()
  .regex(/^\d{1,9}[smhd]?$/, 'a duration such as 90, 15m, 12h or 30d')
  .transform((text) => parseInt(text, 10) * (UNITS[text.at(-1) ?? 's'] ?? 1))

export const flag = z.enum(['true', 'false'], 'true or false').transform((text) => text === 'true')

export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

export function count(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected))
}

export function url(...protocols: readonly string[]) {
  const expected = `a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), expected)
}

/** Several hosts are no URL of the WHATWG; the adapter reads the rest. */
export const REDIS_URL = /^rediss?(?:\+(?:sentinel|cluster))?:\/\/[^\s]+$/

export const issuer = url('http:', 'https:')
  .transform((text) => text.replace(/\/$/, ''))
  .refine((text) => !/[?#@]/.test(text), 'a URL without query, fragment or password')

export const key = z.string().transform((text, ctx): Uint8Array => {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  if (bytes.length !== 32) ctx.addIssue('32 random bytes in hex or base64 (openssl rand -hex 32)')
  return bytes
})

export const lifetimes = z
  .string()
  .regex(
    /^[1-9]=\d{1,9}(,[1-9]=\d{1,9})*$/,
    'seconds by level, such as 1=2592000,2=86400,3=900,4=0',
  )
  .transform((text): Readonly<Record<number, number>> =>
    Object.fromEntries(
      text.split(',').map((pair) => pair.split('=').map(Number) as [number, number]),
    ),
  )

/** What every gateway needs; what is particular to one is parsed by its adapter. */
const gateway = z.looseObject({ kind: z.enum(['kavenegar', 'sms-ir', 'http']) })
export type GatewaySetting = z.infer<typeof gateway>

function json<Value>(shape: z.ZodType<Value>, expected: string) {
  return z.string().transform((text, ctx): Value => {
    const read = shape.safeParse(parsed(text))
    if (read.success) return read.data
    ctx.addIssue(expected)
    return z.NEVER
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

export const gateways = json(
  z.array(gateway),
  'a JSON array of {"kind":"kavenegar"|"sms-ir"|"http", …} in order of preference',
)
/** What every registry needs; what is particular to one is parsed by its adapter. */
const registry = z.looseObject({ kind: z.string() }).optional()
export const registries = json(
  z.strictObject({
    subscribers: registry,
    civil: registry,
    foreigners: registry,
    legalEntities: registry,
    postCodes: registry,
  }),
  'a JSON object of subscribers, civil, foreigners, legalEntities, postCodes to {"kind": …}',
)
/** What every face engine has; the rest is parsed by its adapter. */
export const faceEngine = json(
  z.looseObject({ kind: z.enum(['onnx', 'http']) }),
  'a JSON object such as {"kind":"onnx"} or {"kind":"http","url":…}',
)
/** What people sign with; each part is parsed by its adapter. */
export const signing = json(
  z.strictObject({
    keys: z.looseObject({ kind: z.enum(['software', 'pkcs11']) }),
    authority: z.looseObject({ kind: z.enum(['est', 'development']) }),
    timestamps: z.looseObject({ authorities: z.array(z.unknown()) }),
    revocation: z.looseObject({}).default({}),
    /** PEM, one after the other. */
    anchors: z.string().default(''),
  }),
  'a JSON object of keys, authority, timestamps, revocation, anchors (docs/level-4.md)',
)
/** As it stands in the certificate of a seal. */
export const sealName = z.string().refine((text) => nameFault(text) === undefined, {
  error: 'a name of one direction and at most 64 letters, such as پنجرهٔ ملی',
})
export const sealIdentifier = z.string().transform((text, ctx): string => {
  const whole = organizationIdentifier(text)
  if (whole !== undefined) return whole
  ctx.addIssue('a national ID of a legal person (11 digits), or one with its kind such as VATIR-…')
  return z.NEVER
})
export const settingsObject = json(z.record(z.string(), z.unknown()), 'a JSON object')
export const resources = json(
  z.record(z.url(), z.string()),
  'a JSON object of resource URL to its scopes, separated by spaces',
)
