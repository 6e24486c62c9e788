import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type SandboxSigning } from '../support/sandbox-signing.ts'

const RUNS = Number(process.env['PANJEREH_FUZZ_RUNS'] ?? 150)

/** A signature, its validation data and a time stamp over all of it: four revisions for a mutation to hide in. */
describe('an archived document', () => {
  let sandbox: SandboxSigning
  let archived: Buffer
  /** Where the last time stamp itself stands: what its own encoding may vary in means nothing. */
  let gap: readonly [number, number]

  beforeAll(async () => {
    sandbox = await sandboxSigning()
    const signer = await sandbox.signer()
    const ports = { ...sandbox.ports, signer }
    archived = bytesOf(await signPdf(ports, minimalPdf({ pages: 2 }), { profile: 'B-LTA' }))
    const range = verdict(archived).signatures.at(-1)?.byteRange ?? []
    gap = [range[1]!, range[2]!]
  })
  afterAll(() => sandbox?.close())

  const verdict = (bytes: Uint8Array) =>
    verifyPdf(bytes, { anchors: [sandbox.root], now: Date.now() + 2000 }).report

  it('passes', () => {
    expect(verdict(archived).indication).toBe('TOTAL-PASSED')
  })

  it('does not pass with any one byte changed', () => {
    const change = fc.tuple(fc.nat(archived.length - 1), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(change, ([at, bits]) => {
        fc.pre(at < gap[0] || at >= gap[1])
        const bytes = Buffer.from(archived)
        bytes[at] = bytes[at]! ^ bits
        expect(verdict(bytes).indication).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: RUNS },
    )
  })

  it('does not pass cut off anywhere but where a revision ends', () => {
    const ends = verdict(archived).revisions.map(({ end }) => end ?? 0)
    fc.assert(
      fc.property(fc.nat(archived.length - 1), (length) => {
        // With or without the end of its last line it is the same revision.
        fc.pre(ends.every((end) => Math.abs(end - length) > 2))
        expect(verdict(archived.subarray(0, length)).indication).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: RUNS },
    )
  })

  it('does not pass with a piece of itself in another place', () => {
    const piece = fc.record({
      from: fc.nat(archived.length - 1),
      to: fc.nat(archived.length - 1),
      length: fc.integer({ min: 1, max: 3000 }),
    })
    fc.assert(
      fc.property(piece, ({ from, to, length }) => {
        const bytes = Buffer.concat([
          archived.subarray(0, to),
          archived.subarray(from, from + length),
          archived.subarray(to),
        ])
        // Another end of line behind the last one is no manipulation.
        const [same, more] = [archived.length, bytes.toString('latin1', archived.length)]
        fc.pre(!bytes.subarray(0, same).equals(archived) || more.trim() !== '')
        expect(verdict(bytes).indication).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: RUNS },
    )
  })
})
