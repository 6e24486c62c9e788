import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { registries } from '../../../adapters/registry/index.ts'
import { clock } from '../../../adapters/system/clock.ts'
import type { Registries } from '../../../src/ports/registries.ts'
import { fakeRandom } from '../../support/fakes.ts'

/** A registry that answers whatever the test wants, made of the request's id. */
let answer: (requestId: string) => string = () => ''
let server: Server
let ports: Registries

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const call = JSON.parse(Buffer.concat(chunks).toString()) as {
        parameters: { parameterName: string; parameterValue: string }[]
      }
      const id = call.parameters.find((one) => one.parameterName === 'requestId')
      const responseText = answer(id?.parameterValue ?? '')
      response.end(JSON.stringify({ isSuccessful: true, responseText }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const common = {
    url: `http://127.0.0.1:${port}`,
    code: 'a',
    password: 'b',
    providerCode: '0000',
    cacheSeconds: 0,
    failures: 1000,
  }
  ports = registries(
    {
      subscribers: { kind: 'shahkar-gsb', ...common },
      civil: { kind: 'civil-gsb', ...common },
    },
    { clock, random: fakeRandom },
  )
})
afterAll(() => void server.close())

const SARA = { type: 'national_id', value: '9990000018' } as const
const owns = () => ports.subscribers?.owns(SARA, '+989120000001')
const RECORD = { firstName: 'س', lastName: 'ن', birthDate: '13700101', deathStatus: '0' }

describe('an answer of a registry', () => {
  it('is a yes only as the exact number 200, to this very request', async () => {
    const yes = (requestId: string) => JSON.stringify({ response: 200, requestId })
    answer = yes
    expect(await owns()).toMatchObject({ kind: 'match' })
    const code = fc.oneof(
      fc.integer().filter((n) => n !== 200),
      fc.constantFrom('200', 2001, 200.5, true, null, [200], { response: 200 }),
      fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== 200),
    )
    await fc.assert(
      fc.asyncProperty(code, async (response) => {
        answer = (requestId) => JSON.stringify({ response, requestId })
        expect((await owns())?.kind).not.toBe('match')
      }),
      { numRuns: 60 },
    )
  })

  it('is none when it is anything else whatsoever', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{"response":200}', '200', 'null', ''),
    )
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        answer = () => said
        expect(await owns()).toMatchObject({ kind: 'indeterminate' })
      }),
      { numRuns: 60 },
    )
    answer = () => JSON.stringify({ response: 200, requestId: '0'.repeat(24) })
    expect(await owns()).toMatchObject({ kind: 'indeterminate', reason: 'malformed' })
  })

  it.each([
    ['a record', RECORD, 'match'],
    ['nothing', undefined, 'indeterminate'],
    ['no name', { ...RECORD, firstName: '' }, 'indeterminate'],
    ['another person’s birth date', { ...RECORD, birthDate: '13700102' }, 'indeterminate'],
    ['no word on life or death', { ...RECORD, deathStatus: undefined }, 'indeterminate'],
    ['a word on it that we do not know', { ...RECORD, deathStatus: '2' }, 'indeterminate'],
  ])('with %s is read whole or not at all', async (_what, record, kind) => {
    answer = (requestId) => JSON.stringify({ response: 200, requestId, record })
    expect(await ports.civil?.lookUp('9990000018', '1991-03-21')).toMatchObject({ kind })
  })

  it('is not read beyond what an answer can be', async () => {
    answer = (requestId) => JSON.stringify({ response: 200, requestId, more: 'x'.repeat(100_000) })
    expect(await owns()).toMatchObject({ kind: 'indeterminate', reason: 'malformed' })
  })
})
