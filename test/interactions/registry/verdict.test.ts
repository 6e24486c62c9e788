import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { verdict, type Standing } from '../../../interactions/registry/verdict.ts'
import { INDETERMINATE, type RegistryAnswer } from '../../../src/ports/registry-answer.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const receipt = { verifier: 'v/1', requestId: '1', at: NOW, answerHash: 'h' }
const WELL: Standing = { birthDate: '1991-03-21', isAlive: true }
const yes = <Found>(found: Found): RegistryAnswer<Found> => ({ kind: 'match', found, receipt })
const no = { kind: 'mismatch', receipt } as const
const away = (reason: (typeof INDETERMINATE)[number]) =>
  ({ kind: 'indeterminate', reason }) as const
const judge = (number: RegistryAnswer, person: RegistryAnswer<Standing>) =>
  verdict({ number, person }, { now: NOW, minimumAge: 18 })

const indeterminate = fc.constantFrom(...INDETERMINATE).map(away)
const number = fc.oneof(fc.constant(yes(true as const)), fc.constant(no), indeterminate)
const standing = fc.record(
  {
    birthDate: fc.constantFrom(
      '1900-01-01',
      '1991-03-21',
      '2008-11-24',
      '2008-11-25',
      '2020-01-01',
    ),
    isAlive: fc.boolean(),
    validUntil: fc.constantFrom('2026-11-23', '2026-11-24', '2030-01-01'),
  },
  { requiredKeys: ['birthDate', 'isAlive'] },
)
const person = fc.oneof(standing.map(yes), fc.constant(no), indeterminate)

describe('the verdict over two registries', () => {
  it('is yes only when both say yes of a living adult with a document in force', () => {
    fc.assert(
      fc.property(number, person, (one, other) => {
        const isYes =
          one.kind === 'match' &&
          other.kind === 'match' &&
          other.found.isAlive &&
          other.found.birthDate <= '2008-11-24' &&
          (other.found.validUntil ?? '9999') >= '2026-11-24'
        expect(judge(one, other).kind === 'yes').toBe(isYes)
      }),
      { numRuns: 500 },
    )
  })

  it('tells what a registry knows of a person only to the holder of that person’s number', () => {
    fc.assert(
      fc.property(person, (other) => {
        expect(judge(no, other).kind).toMatch(/^(no|away)$/)
      }),
    )
  })

  it('is the same “no” whichever of the two said it', () => {
    expect(judge(no, yes(WELL)).kind).toBe('no')
    expect(judge(yes(true), no).kind).toBe('no')
    expect(judge(no, no).kind).toBe('no')
  })

  it('is no “no” while one of the two is silent', () => {
    fc.assert(
      fc.property(
        indeterminate.filter(({ reason }) => reason !== 'multiple'),
        (silent) => {
          expect(judge(silent, no).kind).toBe('away')
          expect(judge(no, silent).kind).toBe('away')
        },
      ),
    )
  })

  it.each([
    ['deceased', { ...WELL, isAlive: false }],
    ['minor', { ...WELL, birthDate: '2008-11-25' }],
    ['document_expired', { ...WELL, validUntil: '2026-11-23' }],
  ] as const)('stops who is %s', (why, found) => {
    expect(judge(yes(true), yes(found))).toEqual({ kind: 'stopped', why })
  })
})
