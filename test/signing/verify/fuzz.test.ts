import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isHere, requires } from '../../support/skips.ts'
import { honest, signer } from './support/attacked.ts'
import { bytesAt, sharedDocuments } from './support/documents.ts'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'

const now = Date.UTC(2026, 1)
const RUNS = Number(process.env['PANJEREH_FUZZ_RUNS'] ?? 300)

interface Mutation {
  readonly at: number
  readonly bytes: readonly number[]
  readonly removed: number
}

/** Places as shares of the length, so that they fit every document. */
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 6 }),
  removed: fc.integer({ min: 0, max: 40 }),
})

function mutated(bytes: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce((before, { at, bytes: added, removed }) => {
    const from = Math.floor(at * before.length)
    return Buffer.concat([
      before.subarray(0, from),
      Buffer.from(added),
      before.subarray(from + removed),
    ])
  }, bytes)
}

/** Of a CMS structure, up to its version (RFC 5652 section 5.1): which of 1 to 5 it is says nothing that is relied
 *  upon. */
const HEAD_BYTES = 26

/** Nothing that a signature says changes by another case of hexadecimal digits or of the letters of a name (RFC
 *  5280 section 7.1), or by white space at the very end. */
function meaningOf(bytes: Buffer): string {
  const [before = '', contents = '', after = ''] = bytes
    .toString('latin1')
    .split(/(?<=\/Contents )(<[0-9A-Fa-f]{1000,}>)/)
  const cms = Buffer.from(contents.slice(1, -1), 'hex').subarray(HEAD_BYTES)
  return [before, cms.toString('latin1').toLowerCase(), contents.length, after.trimEnd()].join('|')
}

const meansTheSame = (bytes: Buffer) => meaningOf(bytes) === meaningOf(honest)

describe('mutated documents', () => {
  it('one changed byte of a signed document never passes', () => {
    const byte = fc.tuple(
      fc.integer({ min: 0, max: honest.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
    )
    fc.assert(
      fc.property(byte, ([at, change]) => {
        const bytes = Buffer.from(honest)
        bytes[at] = (bytes[at] ?? 0) ^ change
        if (meansTheSame(bytes)) return
        const { report } = verifyPdf(bytes, { anchors: [signer.certificate], now })
        expect(report.indication).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: RUNS },
    )
  })

  it('come to a verdict, and not to a good one', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => {
        const bytes = mutated(honest, mutations)
        const { report } = verifyPdf(bytes, { anchors: [signer.certificate], now })
        if (!meansTheSame(bytes)) expect(report.indication).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: RUNS },
    )
  })

  it('noise is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), (noise, isHeaded) => {
        const bytes = isHeaded ? Buffer.concat([Buffer.from('%PDF-1.7\n'), noise]) : noise
        expect(verifyPdf(bytes, { anchors: [], now }).report.indication).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: RUNS },
    )
  })
})

const MOST_BYTES = 60_000
const small = isHere('shared-documents')
  ? sharedDocuments()
      .map(({ path }) => bytesAt(path))
      .filter(({ length }) => length < MOST_BYTES)
  : []

requires('shared-documents')('mutated shared documents', () => {
  it('come to a verdict in good time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...small),
        fc.array(mutation, { maxLength: 4 }),
        (document, mutations) => {
          const start = process.cpuUsage().user
          verifyPdf(mutated(document, mutations), { anchors: [], now })
          expect((process.cpuUsage().user - start) / 1000).toBeLessThan(5_000)
        },
      ),
      { numRuns: RUNS },
    )
  })
})
