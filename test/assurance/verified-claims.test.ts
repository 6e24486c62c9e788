import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  answerVerifiedClaims,
  purposesOf,
  verifiedClaimNames,
  type Verified,
} from '../../src/assurance/verified-claims.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const AVAILABLE: Verified = {
  verification: {
    trust_framework: 'ir_panjereh',
    assurance_level: 'urn:panjereh:acr:2',
    time: '2026-11-24T11:00:00Z',
    evidence: [
      {
        type: 'electronic_record',
        check_details: [
          { check_method: 'data', organization: 'Shahkar', txn: '1', time: '2026-11-24T11:00:00Z' },
        ],
        record: { type: 'mobile_subscriber_register', source: { name: 'Shahkar' } },
      },
      {
        type: 'electronic_record',
        check_details: [
          { check_method: 'data', organization: 'NOCR', txn: '2', time: '2026-11-24T11:00:00Z' },
        ],
        record: { type: 'population_register', source: { name: 'NOCR' } },
      },
    ],
  },
  claims: { given_name: 'سارا', family_name: 'نمونه', birthdate: '1991-03-21', gender: 'female' },
}
const answer = (request: unknown) => answerVerifiedClaims(request, AVAILABLE, NOW)
const plain = { verification: { trust_framework: null }, claims: { given_name: null } }

/** The requests are those of OpenID Connect for Identity Assurance 1.0, section 6, with our trust framework. */
describe('a request for verified claims', () => {
  it('gets the claims that it names, and the trust framework', () => {
    const request = {
      verification: { trust_framework: null },
      claims: { given_name: null, family_name: null, birthdate: null },
    }
    expect(answer(request)).toEqual({
      verification: { trust_framework: 'ir_panjereh' },
      claims: { given_name: 'سارا', family_name: 'نمونه', birthdate: '1991-03-21' },
    })
  })

  it('gets of the verification what it names', () => {
    const request = {
      verification: {
        trust_framework: null,
        time: null,
        evidence: [
          { type: { value: 'electronic_record' }, check_details: null, record: { type: null } },
        ],
      },
      claims: { given_name: null },
    }
    expect(answer(request)).toEqual({
      verification: {
        trust_framework: 'ir_panjereh',
        time: '2026-11-24T11:00:00Z',
        evidence: AVAILABLE.verification.evidence.map(({ type, check_details, record }) => ({
          type,
          check_details,
          record: { type: record.type },
        })),
      },
      claims: { given_name: 'سارا' },
    })
  })

  it('gets the evidence that meets its filter, alone', () => {
    const request = {
      verification: {
        trust_framework: { value: 'ir_panjereh' },
        evidence: [
          {
            type: { value: 'electronic_record' },
            record: { type: { value: 'population_register' } },
            check_details: [{ check_method: { value: 'data' }, txn: null }],
          },
        ],
      },
      claims: { family_name: { essential: true } },
    }
    expect(answer(request)?.['verification']).toEqual({
      trust_framework: 'ir_panjereh',
      evidence: [
        {
          type: 'electronic_record',
          record: { type: 'population_register' },
          check_details: [{ check_method: 'data', txn: '2' }],
        },
      ],
    })
  })

  it.each([
    ['another trust framework', { trust_framework: { value: 'de_aml' } }],
    ['one of others', { trust_framework: { values: ['de_aml', 'eidas'] } }],
    ['a younger check', { trust_framework: null, time: { max_age: 3599 } }],
    ['another level', { trust_framework: null, assurance_level: { value: 'gold' } }],
    ['a member that we do not have', { trust_framework: null, policy: { value: 'x' } }],
    ['a document', { trust_framework: null, evidence: [{ type: { value: 'document' } }] }],
    ['no evidence at all', { trust_framework: null, evidence: [] }],
    [
      'a record of another kind',
      {
        trust_framework: null,
        evidence: [{ type: { value: 'electronic_record' }, record: { type: { value: 'birth' } } }],
      },
    ],
  ])('that wants %s gets nothing', (_what, verification) => {
    expect(answer({ verification, claims: { given_name: null } })).toBeUndefined()
  })

  it.each([
    ['a list of frameworks with ours', { trust_framework: { values: ['eidas', 'ir_panjereh'] } }],
    ['a check that is old enough', { trust_framework: null, time: { max_age: 3600 } }],
    ['a member that nobody knows', { trust_framework: null, something_new: null }],
  ])('that takes %s is answered', (_what, verification) => {
    expect(answer({ verification, claims: { given_name: null } })).toBeDefined()
  })

  it('loses a claim whose own filter does not hold, and all when none is left', () => {
    const claims = { given_name: null, gender: { value: 'male' } }
    expect(answer({ ...plain, claims })?.['claims']).toEqual({ given_name: 'سارا' })
    expect(answer({ ...plain, claims: { gender: { value: 'male' } } })).toBeUndefined()
    expect(answer({ ...plain, claims: { shoe_size: null } })).toBeUndefined()
  })

  it.each([
    [undefined],
    [null],
    ['all'],
    [[]],
    [{}],
    [{ claims: { given_name: null } }],
    [{ verification: {}, claims: { given_name: null } }],
    [{ verification: { trust_framework: null } }],
    [{ verification: { trust_framework: null }, claims: {} }],
  ])('that is not one gets nothing: %j', (request) => {
    expect(answer(request)).toBeUndefined()
    expect(verifiedClaimNames(request)).toEqual([])
  })

  it('tells its purpose, for all claims or for one', () => {
    const request = {
      ...plain,
      purpose: 'To open an account',
      claims: {
        given_name: null,
        gender: { purpose: 'For statistics' },
        birthdate: { purpose: 'x' },
      },
    }
    expect(purposesOf(request)).toEqual({
      given_name: 'To open an account',
      gender: 'For statistics',
      birthdate: 'To open an account',
    })
    expect(verifiedClaimNames(request)).toEqual(['given_name', 'gender', 'birthdate'])
  })

  it('never gets what it did not name, whatever it is', () => {
    const filter = fc.oneof(fc.constant(null), fc.jsonValue({ maxDepth: 3 }))
    const named = fc.record(
      { trust_framework: filter, time: filter, assurance_level: filter, evidence: filter },
      { requiredKeys: ['trust_framework'] },
    )
    const claims = fc.dictionary(
      fc.constantFrom('given_name', 'family_name', 'gender', 'shoe_size', '__proto__'),
      filter,
    )
    fc.assert(
      fc.property(named, claims, (verification, wanted) => {
        const found = answer({ verification, claims: wanted })
        if (found === undefined) return true
        const isNamed = (part: unknown, asked: object) =>
          Object.keys(part as object).every((name) => Object.hasOwn(asked, name))
        return (
          isNamed(found['claims'], wanted) &&
          isNamed(found['verification'], verification) &&
          JSON.stringify(found['claims']).length > 2
        )
      }),
      { numRuns: 500 },
    )
  })
})
