import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { isHere, requires } from '../../support/skips.ts'
import { honest } from './support/attacked.ts'
import { bytesAt, sharedDocuments } from './support/documents.ts'
import { verdictTrusting } from './support/trusting.ts'

const directory = mkdtempSync(join(tmpdir(), 'pdfsig-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** `Signature is Valid.` and the like, one for each signature that pdfsig understands. */
function pdfsigOn(path: string): readonly string[] {
  try {
    const said = execFileSync('pdfsig', ['-nocert', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return [...said.matchAll(/Signature Validation: (.*)\.$/gm)].map(([, verdict = '']) => verdict)
  } catch (error) {
    return [
      ...String((error as { stdout?: string }).stdout).matchAll(/Signature Validation: (.*)\.$/gm),
    ].map(([, verdict = '']) => verdict)
  }
}

const UNREAD = 'Signature has not yet been verified'

requires('poppler')('beside pdfsig', () => {
  it('both call an honest document valid', () => {
    const path = join(directory, 'honest.pdf')
    writeFileSync(path, honest)
    expect(pdfsigOn(path)).toEqual(['Signature is Valid'])
  })

  it('a changed byte is seen by both', () => {
    const path = join(directory, 'changed.pdf')
    const bytes = Buffer.from(honest)
    bytes[bytes.indexOf('Pay 100') + 4] = 0x39
    writeFileSync(path, bytes)
    expect(pdfsigOn(path)).toEqual(['Digest Mismatch'])
    expect(verdictTrusting(bytes)).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'HASH_FAILURE',
    })
  })
})

const documents = isHere('shared-documents') ? sharedDocuments() : []
const passing = documents.filter(({ expectation }) => expectation.indication === 'TOTAL-PASSED')

requires('poppler', 'shared-documents')('shared documents beside pdfsig', () => {
  it.each(passing.map((one) => [one.name, one] as const))(
    '%s: what passes here, pdfsig calls valid',
    (_name, one) => {
      const verdicts = pdfsigOn(one.path).filter((verdict) => verdict !== UNREAD)
      expect(verdicts.length).toBeGreaterThan(0)
      expect(new Set(verdicts)).toEqual(new Set(['Signature is Valid']))
    },
  )

  it('what pdfsig calls broken never passes here', () => {
    for (const { name, path } of documents) {
      const isBroken = pdfsigOn(path).some((verdict) => verdict === 'Digest Mismatch')
      const { indication } = verdictTrusting(bytesAt(path))
      if (isBroken) expect([name, indication]).not.toEqual([name, 'TOTAL-PASSED'])
    }
  })
})
