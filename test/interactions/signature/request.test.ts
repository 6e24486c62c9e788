import { describe, expect, it } from '@jest/globals'
import { requestIn, shownOf, turnOf } from '../../../interactions/signature/request.ts'
import type {
  RequestedSigner,
  SignatureRequest,
} from '../../../src/ports/signature-request-store.ts'

const visit = {
  uid: 'u',
  clientId: 'agency',
  locale: 'fa',
  origin: { address: 'a', subnet: 's' },
} as const
const SARA = { visit, subjectId: 'sara' }

const request = (more: Partial<SignatureRequest> = {}): SignatureRequest => ({
  id: 'r',
  clientId: 'agency',
  state: 'ready',
  documents: [],
  signers: [{}],
  profile: 'B-LTA',
  purpose: '',
  createdAt: 0,
  expiresAt: 100,
  version: 1,
  ...more,
})

const done = (subjectId: string): RequestedSigner => ({ subjectId, signedAt: 1, signatures: [] })

describe('whose turn it is', () => {
  const turns: readonly (readonly [string, readonly RequestedSigner[], string | number])[] = [
    ['anybody', [{}], 0],
    ['she alone', [{ subjectId: 'sara' }], 0],
    ['she, after another', [done('reza'), { subjectId: 'sara' }], 1],
    ['anybody, after another', [done('reza'), {}], 1],
    ['another, then she', [{ subjectId: 'reza' }, { subjectId: 'sara' }], 'not_your_turn'],
    ['another, then anybody', [{ subjectId: 'reza' }, {}], 'not_your_turn'],
    ['another alone', [{ subjectId: 'reza' }], 'not_intended'],
    ['she, who has', [done('sara'), { subjectId: 'reza' }], 'already_signed'],
    ['she, who has, and anybody', [done('sara'), {}], 'already_signed'],
    ['she twice', [done('sara'), { subjectId: 'sara' }], 1],
    ['she, by her number', [{ nationalIdHash: 'h' }], 0],
    ['another, by his number', [{ nationalIdHash: 'x' }], 'not_intended'],
    [
      'another by his number, then she',
      [{ nationalIdHash: 'x' }, { nationalIdHash: 'h' }],
      'not_your_turn',
    ],
    ['another by his number, then anybody', [{ nationalIdHash: 'x' }, {}], 'not_your_turn'],
    ['nobody', [], 'request_over'],
    ['others, who have', [done('reza')], 'request_over'],
  ]
  it.each(turns)('%s', (_who, signers, expected) => {
    const found = turnOf(request({ signers }), { ...SARA, nationalIdHash: 'h' }, 50)
    expect(typeof found === 'string' ? found : found.place).toBe(expected)
  })

  it('is not that of somebody without a number where a number is asked for', () => {
    const signers = [{ nationalIdHash: 'h' }]
    expect(turnOf(request({ signers }), SARA, 50)).toBe('not_intended')
  })

  it('is nobody’s in a request that is over, of another service, or none', () => {
    expect(turnOf(request({ state: 'open' }), SARA, 50)).toBe('request_over')
    expect(turnOf(request(), SARA, 100)).toBe('request_over')
    expect(turnOf(request({ clientId: 'other' }), SARA, 50)).toBe('request_gone')
    expect(turnOf(undefined, SARA, 50)).toBe('request_gone')
  })
})

describe('what a service says', () => {
  it('is looked for only by what may be an id', () => {
    const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
    expect(requestIn({ request: id })).toBe(id)
    for (const other of ['', 'x', `${id}'`, id.toUpperCase(), '../../etc/passwd']) {
      expect(requestIn({ request: other })).toBeUndefined()
    }
  })

  it('is spelt in one way before anybody reads or signs it', () => {
    const { text } = shownOf(request({ purpose: 'cafe\u0301\r\nnext\rlast\ud800' }))
    expect(text).toBe('caf\u00e9\nnext\nlast\ufffd')
  })
})
