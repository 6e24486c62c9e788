import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { pki, type RunningPki } from '../../sandbox/pki/main.ts'
import { readPdf } from '../../src/signing/pdf/file.ts'
import { signaturesOf } from '../../src/signing/pdf/signatures.ts'
import { requires } from '../support/skips.ts'
import { minimalPdf } from '../signing/support/minimal-pdf.ts'
import { folder } from '../signing/support/tools.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const files = folder()
let authority: RunningPki
beforeAll(async () => {
  authority = await pki({ port: 0 })
  files.put('in.pdf', minimalPdf({ pages: 2 }))
})
afterAll(async () => {
  await authority.close()
  files.remove()
})

/** In a process of its own, while the authority answers in this one. */
async function panjereh(...args: readonly string[]) {
  const child = spawn(process.execPath, [
    '--no-warnings',
    join(process.cwd(), 'src/cli.ts'),
    'pdf',
    ...args,
  ])
  const [out, err] = [gathered(child.stdout), gathered(child.stderr)]
  const [code] = (await once(child, 'close')) as [number]
  return { code, out: await out, err: await err }
}

async function gathered(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const piece of stream) text += piece.toString('utf8')
  return text
}

const IN = () => files.path('in.pdf')
const OUT = () => files.path('out.pdf')

describe('panjereh pdf sign', () => {
  test('with the sample authority: what is signed is verified with the anchor that was written', async () => {
    const root = files.path('root.pem')
    const signed = await panjereh(
      'sign',
      '--profile',
      'B-LTA',
      '--in',
      IN(),
      '--out',
      OUT(),
      '--sandbox',
      authority.url,
      '--save-trust',
      root,
      '--visible',
      'علی نمونه',
      '--page',
      '-1',
      '--reason',
      'آزمایش',
    )
    expect(signed).toMatchObject({ code: 0 })
    expect(signed.out).toMatch(/signed \(B-LTA, field Signature1, \d+ bytes\)/)
    expect(signed.err).toContain('made-up person')
    const before = readFileSync(IN())
    expect(readFileSync(OUT()).subarray(0, before.length).equals(before)).toBe(true)
    const verified = await panjereh('verify', OUT(), '--trust', root, '--offline')
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('TOTAL-PASSED (B-LTA') })
    expect(await panjereh('verify', OUT(), '--offline')).toMatchObject({ code: 1 })
  })

  test('what is refused is said, and nothing is written', async () => {
    const bad = files.put('bad.pdf', Buffer.from('no document'))
    const none = files.path('none.pdf')
    const answer = await panjereh('sign', '--in', bad, '--out', none, '--sandbox', authority.url)
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('(not_pdf)') })
    expect(() => readFileSync(none)).toThrow(/ENOENT/)
  })

  test.each([
    [['--in', 'a.pdf']],
    [['--in', 'a.pdf', '--out', 'b.pdf', '--profile', 'B-X']],
    [['--in', 'a.pdf', '--out', 'b.pdf', '--page', '0']],
    [['--in', 'a.pdf', '--out', 'b.pdf', '--place', '1,2,3']],
    [['--in', 'a.pdf', '--out', 'b.pdf', '--key', 'k.pem']],
  ])('a wrong command line: %j', async (args) => {
    expect(await panjereh('sign', ...args)).toMatchObject({ code: 2 })
  })
})

requires('openssl')('panjereh pdf sign with a key in a file', () => {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' })

  test.each([
    ['P-256', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], []],
    ['RSA', ['rsa', '-pkeyopt', 'rsa_keygen_bits:2048'], []],
    ['RSA with PSS', ['rsa', '-pkeyopt', 'rsa_keygen_bits:2048'], ['--pss']],
  ])('%s, its passphrase in another file', async (_, [kind = '', ...key], more) => {
    const [keyFile, chain, secret] = [
      files.path('key.pem'),
      files.path('chain.pem'),
      files.path('secret'),
    ]
    writeFileSync(secret, 'open sesame\n')
    openssl(
      'genpkey',
      '-algorithm',
      kind,
      ...key,
      '-aes-256-cbc',
      '-pass',
      `file:${secret}`,
      '-out',
      keyFile,
    )
    openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      keyFile,
      '-passin',
      `file:${secret}`,
      '-subj',
      '/CN=Own',
      '-days',
      '2',
      '-out',
      chain,
    )
    const args = ['sign', '--in', IN(), '--out', OUT(), '--key', keyFile, '--chain', chain]
    expect(await panjereh(...args)).toMatchObject({ code: 2 })
    expect(await panjereh(...args, '--passphrase-file', secret, ...more)).toMatchObject({ code: 0 })
    expect(signaturesOf(readPdf(readFileSync(OUT())).view)).toHaveLength(1)
    // A time stamp must come from somewhere.
    expect(await panjereh(...args, '--passphrase-file', secret, '--profile', 'B-T')).toMatchObject({
      code: 2,
    })
  })

  test('another certificate than the key’s is refused', async () => {
    for (const one of ['one', 'two']) {
      openssl(
        'genpkey',
        '-algorithm',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-out',
        files.path(`${one}.key`),
      )
      openssl(
        'req',
        '-x509',
        '-new',
        '-key',
        files.path(`${one}.key`),
        '-subj',
        `/CN=${one}`,
        '-out',
        files.path(`${one}.pem`),
      )
    }
    const answer = await panjereh(
      'sign',
      '--in',
      IN(),
      '--out',
      OUT(),
      '--key',
      files.path('one.key'),
      '--chain',
      files.path('two.pem'),
    )
    expect(answer).toMatchObject({
      code: 2,
      err: expect.stringContaining('not the one of the key'),
    })
  })
})
