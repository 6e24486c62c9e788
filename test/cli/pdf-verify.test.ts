import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { honest, RICH, signer } from '../signing/verify/support/attacked.ts'
import { CONTRACT, document, updated } from '../signing/verify/support/handmade.ts'
import { run, temporaryDirectory } from './command.ts'

const data = temporaryDirectory()
const at = (name: string) => join(data.path, name)
const verify = (...args: readonly string[]) => run(['pdf', 'verify', ...args], {})
const AT = ['--at', '2026-02-01T00:00:00Z', '--offline']

beforeAll(() => {
  const pem = signer.certificate.toString('base64').replaceAll(/.{64}/g, '$&\n')
  writeFileSync(at('trust.pem'), `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`)
  writeFileSync(at('trust.der'), signer.certificate)
  writeFileSync(at('good.pdf'), honest)
  writeFileSync(at('changed.pdf'), updated(honest, { 4: RICH }))
  writeFileSync(at('unsigned.pdf'), document({ ...CONTRACT, 6: '<<>>' }))
  writeFileSync(at('noise.pdf'), 'nothing')
})
afterAll(() => data.remove())

describe('panjereh pdf verify', () => {
  it.each(['trust.pem', 'trust.der'])(
    'passes what %s vouches for, with one line and exit code 0',
    async (trust) => {
      const { code, out } = await verify(at('good.pdf'), '--trust', at(trust), ...AT)
      expect(out).toBe(
        `${at('good.pdf')}: TOTAL-PASSED (B-B by Hand at 2026-02-01T00:00:00.000Z of the whole document)\n`,
      )
      expect(code).toBe(0)
    },
  )

  it('trusts nobody by itself', async () => {
    const { code, out } = await verify(at('good.pdf'), ...AT)
    expect(out).toContain('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND')
    expect(code).toBe(1)
  })

  it('gives one verdict a file and ends with 1 when one of them did not pass', async () => {
    const files = ['good', 'changed', 'unsigned', 'noise', 'missing'].map((name) =>
      at(`${name}.pdf`),
    )
    const { code, out } = await verify(...files, '--trust', at('trust.pem'), ...AT)
    const verdicts = out
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('  '))
    expect(verdicts.map((line) => /: ([A-Z-]+)/.exec(line)?.[1])).toEqual([
      'TOTAL-PASSED',
      'TOTAL-FAILED',
      'NO-SIGNATURE',
      'TOTAL-FAILED',
      'INDETERMINATE',
    ])
    expect(verdicts[1]).toContain('of revision 1 ONLY, which was changed later')
    expect(code).toBe(1)
  })

  it('writes reports for programs, and the signed revision', async () => {
    const args = ['--trust', at('trust.pem'), '--json', '--revisions', at('out'), ...AT]
    const { out } = await verify(at('changed.pdf'), ...args)
    expect(JSON.parse(out)).toMatchObject({
      file: at('changed.pdf'),
      indication: 'TOTAL-FAILED',
      subIndication: 'FORMAT_FAILURE',
      signatures: [{ revision: 1, laterChanges: [{ kind: 'unexplained' }] }],
    })
    expect(readFileSync(join(at('out'), 'changed.revision-1.pdf'))).toEqual(honest)
    expect(existsSync(join(at('out'), 'changed.revision-2.pdf'))).toBe(false)
  })

  it('says what is wrong with the command line', async () => {
    expect(await verify(at('good.pdf'), '--trust', at('noise.pdf'))).toMatchObject({ code: 2 })
    expect(await verify(at('good.pdf'), '--at', 'yesterday')).toMatchObject({ code: 2 })
    expect(await verify()).toMatchObject({ code: 2 })
  })
})
