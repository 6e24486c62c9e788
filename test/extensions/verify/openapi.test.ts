import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { UPLOAD_FAULTS } from '../../../src/extensions/verify/fault.ts'
import { verifyText } from '../../../src/extensions/verify/text/index.ts'
import { CHECKS } from '../../../src/signing/verify/check.ts'
import { SUB_INDICATIONS } from '../../../src/signing/verify/indication.ts'
import { PROFILES } from '../../../src/signing/verify/report.ts'

const TEXT = readFileSync(join(import.meta.dirname, '../../../docs/openapi/verify.yaml'), 'utf8')

/** Every list of values in the description. */
const lists = [...TEXT.matchAll(/enum:\s*\[([^\]]*)\]/g)].map(([, values = '']) =>
  values
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .toSorted(),
)
const fa = verifyText('fa')

describe('the description of the interface', () => {
  it.each([
    ['sub-indications', SUB_INDICATIONS],
    ['profiles', PROFILES],
    ['checks', Object.keys(CHECKS)],
    ['refusals', Object.keys(fa.refusal)],
    ['coverages', Object.keys(fa.coverage)],
    ['changes', Object.keys(fa.change)],
    ['warnings', Object.keys(fa.warning)],
    ['results of checks', Object.keys(fa.checkResult)],
    ['errors', [...Object.keys(UPLOAD_FAULTS), 'temporarily_unavailable']],
  ])('has all %s and no others', (_, values) => {
    expect(lists).toContainEqual([...values].toSorted())
  })

  it('has every status that a document can be refused with', () => {
    const { forbidden: _forms, ...faults } = UPLOAD_FAULTS
    for (const status of Object.values(faults)) expect(TEXT).toContain(`'${status}':`)
  })
})

describe('the texts', () => {
  it('are Persian and English with the same keys', () => {
    expect(keysOf(verifyText('en'))).toEqual(keysOf(fa))
    expect(Object.values(fa.subIndication).every((one) => /[آ-ی]{3}/.test(one))).toBe(true)
  })
})

function keysOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`]
  return Object.entries(value)
    .flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`))
    .toSorted()
}
