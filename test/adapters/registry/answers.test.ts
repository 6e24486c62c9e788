import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { registries } from '../../../adapters/registry/index.ts'
import type { Observation } from '../../../adapters/registry/guard.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { registries as sampleRegistries } from '../../../sandbox/registries/main.ts'
import { registriesOf } from '../../../sandbox/world.ts'
import type { Registries } from '../../../src/ports/registries.ts'
import type { RegistryAnswer } from '../../../src/ports/registry-answer.ts'
import { fakeRandom } from '../../support/fakes.ts'

/** The contract of each port, over the sample registries: a program of their own with the real wire formats. */
const SARA = { type: 'national_id', value: '9990000018' } as const
const [MOBILE, BORN] = ['+989120000001', '1991-03-21']
const ANNA = { type: 'passport', value: 'C01X00T47', issuer: 'DEU' } as const

let outside: Awaited<ReturnType<typeof sampleRegistries>>
let ports: Registries
let reseller: Registries
const seen: Observation[] = []

const FAST = { cacheSeconds: 0, eachMs: 300, totalMs: 700, failures: 1000 }
function connected(settings: object): Registries {
  const needs = { clock, random: fakeRandom, observe: (one: Observation) => void seen.push(one) }
  return registries(settings, needs)
}
beforeAll(async () => {
  outside = await sampleRegistries({ port: 0 })
  const all = Object.entries(registriesOf(outside.url))
  ports = connected(
    Object.fromEntries(all.map(([role, settings]) => [role, { ...(settings as object), ...FAST }])),
  )
  const uId = { kind: 'shahkar-u-id', url: `${outside.url}/u-id`, apiKey: 'sandbox', ...FAST }
  reseller = connected({ subscribers: uId })
})
afterAll(() => outside.close())
afterEach(() => tell('/reset', {}))
const tell = async (path: string, body: unknown, method = 'POST') => {
  const answer = await fetch(`${outside.url}${path}`, { method, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
}

type Ask = () => Promise<RegistryAnswer<unknown>> | undefined
interface Case {
  readonly service: string
  readonly yes: Ask
  readonly no: Ask
}
const CASES: Readonly<Record<string, Case>> = {
  'shahkar-gsb': {
    service: 'shahkar',
    yes: () => ports.subscribers?.owns(SARA, MOBILE),
    no: () => ports.subscribers?.owns(SARA, '+989120000002'),
  },
  'shahkar-u-id': {
    service: 'u-id',
    yes: () => reseller.subscribers?.owns(SARA, MOBILE),
    no: () => reseller.subscribers?.owns(SARA, '+989120000002'),
  },
  'civil-gsb': {
    service: 'civil',
    yes: () => ports.civil?.lookUp(SARA.value, BORN),
    no: () => ports.civil?.lookUp(SARA.value, '1991-03-22'),
  },
  'foreigners-gsb': {
    service: 'foreigners',
    yes: () => ports.foreigners?.lookUp(ANNA, '1985-03-08'),
    no: () => ports.foreigners?.lookUp({ ...ANNA, issuer: 'AUT' }, '1985-03-08'),
  },
  'post-code-gsb': {
    service: 'post_codes',
    yes: () => ports.postCodes?.find('1136915913'),
    no: () => ports.postCodes?.find('1136915914'),
  },
}
const ALL = Object.entries(CASES)

const FAULTS = {
  down: 'unavailable',
  hang: 'timeout',
  quota: 'quota_exhausted',
  maintenance: 'maintenance',
  malformed: 'malformed',
  wrong_type: 'malformed',
  other_request: 'malformed',
  duplicate: 'unknown_code',
  unknown_code: 'unknown_code',
  unauthorized: 'not_permitted',
} as const
const RESELLERS = ['down', 'hang', 'malformed', 'unknown_code']

describe.each(ALL)('%s', (name, { service, yes, no }) => {
  it('says yes with a receipt', async () => {
    expect(await yes()).toMatchObject({
      kind: 'match',
      receipt: {
        verifier: `${name}/1`,
        requestId: expect.stringMatching(/^(\d{24}|[0-9a-f-]{36})$/),
        answerHash: expect.stringMatching(/^[\w-]{43}$/),
      },
    })
  })

  it('says no', async () => {
    expect(await no()).toMatchObject({ kind: 'mismatch' })
  })

  const faults = Object.entries(FAULTS).filter(
    ([kind]) => service !== 'u-id' || RESELLERS.includes(kind),
  )
  it.each(faults)('that is %s is %s, and neither yes nor no', async (kind, reason) => {
    await tell('/faults', { service, kind })
    expect(await yes()).toMatchObject({ kind: 'indeterminate', reason })
    expect(seen.at(-1)).toMatchObject({ outcome: reason })
  })
})

describe('the registries', () => {
  it('tell the record of the very person, in words that can be shown', async () => {
    expect(await ports.civil?.lookUp('9990000077', '1989-05-05')).toMatchObject({
      kind: 'match',
      found: {
        givenName: 'لیلا',
        familyName: 'تازه‌نام',
        gender: 'female',
        birthDate: '1989-05-05',
        isAlive: true,
        former: { familyName: 'پیشین', reason: 'maiden' },
      },
    })
    await tell('/personas/sara', { familyName: '\u202eنمونه\u202c' }, 'PATCH')
    expect(await ports.civil?.lookUp(SARA.value, BORN)).toMatchObject({
      found: { familyName: 'نمونه' },
    })
    expect(await ports.foreigners?.lookUp(ANNA, '1985-03-08')).toMatchObject({
      found: {
        nationality: 'DEU',
        validUntil: '2035-12-31',
        uniqueCode: { value: '999000000012', issuer: 'moi' },
      },
    })
  })

  it('tell of several records, and of a portrait that is not permitted', async () => {
    expect(await ports.civil?.lookUp('9990000093', '1971-06-25')).toMatchObject({
      reason: 'multiple',
    })
    expect(await ports.civil?.portrait(SARA.value, BORN)).toMatchObject({ reason: 'not_permitted' })
  })

  it('tell the mandates in force: what has expired is none, and an empty list is an answer', async () => {
    const of = (value: string) => ports.legalEntities?.mandatesOf({ type: 'national_id', value })
    expect(await of('9990000026')).toMatchObject({
      kind: 'match',
      found: [
        { id: 'm-1', entity: { kind: 'legal_ir' }, isJoint: false },
        { id: 'm-2', entity: { kind: 'legal_foreign' }, isJoint: true },
      ],
    })
    expect(await of('9990000042')).toMatchObject({
      found: [{ id: 'm-5', entity: { isActive: false } }],
    })
    expect(await of(SARA.value)).toMatchObject({ kind: 'match', found: [] })
  })

  it('are not asked about what they do not know', async () => {
    const foreign = { type: 'foreign_id', value: '999000000011', issuer: 'moi' } as const
    expect(await reseller.subscribers?.owns(foreign, MOBILE)).toMatchObject({
      reason: 'not_permitted',
    })
    expect(await ports.subscribers?.owns(SARA, '+4915112345678')).toMatchObject({
      reason: 'not_permitted',
    })
  })

  it('say until when they are under maintenance', async () => {
    const until = '2030-01-01T00:00:00.000Z'
    await tell('/faults', { service: 'civil', kind: 'maintenance', until })
    expect(await ports.civil?.lookUp(SARA.value, BORN)).toMatchObject({
      retryAt: Date.parse(until),
    })
  })

  it('that fail every other time answer all the same, each try under an id of its own', async () => {
    await tell('/faults', { service: 'shahkar', kind: 'flapping' })
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await ports.subscribers?.owns(SARA, MOBILE)).toMatchObject({ kind: 'match' })
    }
    const calls = (await (await fetch(`${outside.url}/calls`)).json()) as Record<
      string,
      { total: number }
    >
    expect(calls['shahkar']?.total).toBe(6)
  })

  it('show the operator what was asked, and nobody', () => {
    expect(seen.length).toBeGreaterThan(20)
    for (const secret of [SARA.value, '9120000001', BORN, '13700101']) {
      expect(JSON.stringify(seen)).not.toContain(secret)
    }
    expect(seen.some(({ used }) => (used.hourly ?? 0) > 0)).toBe(true)
  })

  it.each([
    ['an unknown kind', { civil: { kind: 'nobody' } }, /civil: kind must be one of civil-gsb/],
    [
      'a missing password',
      { civil: { kind: 'civil-gsb', url: 'https://x.example' } },
      /civil: .*password/,
    ],
    [
      'a memory that is too long',
      {
        civil: {
          kind: 'civil-gsb',
          url: 'https://x.example',
          code: 'a',
          password: 'b',
          providerCode: '0000',
          cacheSeconds: 86_400,
        },
      },
      /cacheSeconds/,
    ],
  ])('are not connected with %s', (_what, settings, fault) => {
    expect(() => connected(settings)).toThrow(fault)
  })
})
