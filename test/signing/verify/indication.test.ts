import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  CHECKS,
  conclude,
  failed,
  passed,
  skipped,
  warned,
  type CheckName,
} from '../../../src/signing/verify/check.ts'
import {
  because,
  gravest,
  PASSED,
  SUB_INDICATIONS,
  worst,
} from '../../../src/signing/verify/indication.ts'

const names = Object.keys(CHECKS) as CheckName[]
const subIndication = fc.constantFrom(...SUB_INDICATIONS)

describe('conclusions', () => {
  it('pass only when all required checks were made and none failed', () => {
    expect(
      conclude(
        names.map((name) => passed(name)),
        names,
      ),
    ).toEqual(PASSED)
    for (const name of names) {
      const others = names.filter((one) => one !== name).map((one) => passed(one))
      expect(conclude(others, names).indication).toBe('INDETERMINATE')
      expect(conclude([...others, skipped(name, '')], names).indication).toBe('INDETERMINATE')
      expect(conclude([...others, failed(name, '')], names)).toEqual(
        because(CHECKS[name].whenFailed),
      )
      expect(conclude([...others, warned(name, '')], names)).toEqual(PASSED)
    }
  })

  it('never get better by one more reason', () => {
    const rank = { 'TOTAL-PASSED': 0, INDETERMINATE: 1, 'TOTAL-FAILED': 2 }
    fc.assert(
      fc.property(fc.array(subIndication), subIndication, (reasons, more) => {
        const [before, after] = [gravest(reasons), gravest([...reasons, more])]
        expect(rank[after.indication]).toBeGreaterThanOrEqual(rank[before.indication])
        expect(after.indication).not.toBe('TOTAL-PASSED')
      }),
    )
  })

  it('on a document are as good as its worst signature', () => {
    expect(worst([])).toBeUndefined()
    expect(worst([PASSED, PASSED])).toEqual(PASSED)
    expect(worst([PASSED, because('TRY_LATER'), because('HASH_FAILURE')])).toEqual(
      because('HASH_FAILURE'),
    )
  })

  it('name the failures of EN 319 102-1 by its indications', () => {
    expect(because('FORMAT_FAILURE').indication).toBe('TOTAL-FAILED')
    expect(because('SIG_CRYPTO_FAILURE').indication).toBe('TOTAL-FAILED')
    expect(because('NO_CERTIFICATE_CHAIN_FOUND').indication).toBe('INDETERMINATE')
    expect(because('REVOKED_NO_POE').indication).toBe('INDETERMINATE')
  })
})
