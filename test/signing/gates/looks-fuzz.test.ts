import { afterAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { requires } from '../../support/skips.ts'
import { folder, run } from '../support/tools.ts'
import { signer, verdict } from '../verify/support/attacked.ts'
import { document, signed, updated } from '../verify/support/handmade.ts'
import { guesses } from './support/random-revisions.ts'

const RUNS = Number(process.env['PANJEREH_FUZZ_RUNS'] ?? 150) * 8

requires('poppler')('whatever is appended and passes', () => {
  const files = folder()
  afterAll(() => files.remove())
  const isPassed = (bytes: Buffer) => verdict(bytes).indication === 'TOTAL-PASSED'
  const looks = (bytes: Buffer) =>
    run('pdftoppm', '-q', '-r', '24', '-gray', files.put('one.pdf', bytes)).out

  it('leaves the document looking as it did', () => {
    let seen = 0
    fc.assert(
      fc.property(guesses, ({ before, after }) => {
        const one = signed(document(before), signer)
        const other = updated(one, after)
        if (!isPassed(other)) return
        seen += 1
        expect(looks(other)).toBe(looks(one))
      }),
      { numRuns: RUNS },
    )
    // Without any that pass, nothing was shown.
    expect(seen).toBeGreaterThan(RUNS / 500)
  })
})
