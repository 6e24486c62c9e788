import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
const FILES = ['src', 'interactions'].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${room}/${name}`),
)
const whoSays = (words: RegExp) =>
  FILES.filter((file) => words.test(readFileSync(join(ROOT, file), 'utf8'))).toSorted()

/** Whoever could let a key sign would be another way around the citizen's yes, or around a seal's own rules. */
describe('keys in the key store', () => {
  it('sign for the SAM, for a request to the authority, and for seals: nobody else asks them to', () => {
    expect(whoSays(/\.signer\(/)).toEqual([
      'src/signing/certified.ts',
      'src/signing/sam.ts',
      // A probe that says nothing, to see whether the key is there.
      'src/signing/seals/seal-key.ts',
      'src/signing/seals/sealer.ts',
    ])
  })

  it('are made when people and seals enrol, and nowhere else', () => {
    expect(whoSays(/\bkeys\.create\(/)).toEqual([
      'src/signing/enrolment.ts',
      'src/signing/seals/seal-certificates.ts',
    ])
  })

  it('of seals bear their label, and no others do', () => {
    expect(whoSays(/`seal:\$/)).toEqual(['src/signing/seals/seal-certificates.ts'])
  })
})
