import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { readPdf } from '../../../src/signing/pdf/file.ts'
import { pagesOf } from '../../../src/signing/pdf/pages.ts'
import { rc4 } from '../../../src/signing/pdf/rc4.ts'
import { signaturesOf } from '../../../src/signing/pdf/signatures.ts'
import { dict, is, ref, textOf } from '../../../src/signing/pdf/values.ts'
import { requires } from '../../support/skips.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder, pdfsig, qpdfCheck, run } from '../support/tools.ts'

const files = folder()
let sandbox: SandboxSigning
beforeAll(async () => {
  sandbox = await sandboxSigning()
})
afterAll(async () => {
  await sandbox.close()
  files.remove()
})

test('RC4 as published (RFC 6229)', () => {
  const stream = rc4(Buffer.from('0102030405', 'hex'), Buffer.alloc(16))
  expect(stream.toString('hex')).toBe('b2396305f03dc027ccc3524a0a1118a8')
})

const METHODS: readonly (readonly [string, readonly string[]])[] = [
  ['RC4 with 40 bits', ['40']],
  ['RC4 with 128 bits', ['128', '--use-aes=n']],
  ['AES with 128 bits', ['128', '--use-aes=y']],
  ['AES with 128 bits and plain metadata', ['128', '--use-aes=y', '--cleartext-metadata']],
  ['AES with 256 bits, revision 5', ['256', '--force-R5']],
  ['AES with 256 bits, revision 6', ['256']],
]

function encrypted(method: readonly string[], user: string, objects: string): Buffer {
  const before = files.put(
    'before.pdf',
    minimalPdf({
      pages: 2,
      catalog: '/Lang (fa-IR) /Info 20 0 R',
      objects: ['<< /Title (secret title) >>'],
    }),
  )
  const after = files.path('after.pdf')
  const { code, out } = run(
    'qpdf',
    '--allow-weak-crypto',
    `--object-streams=${objects}`,
    '--encrypt',
    user,
    'owner',
    ...method,
    '--',
    before,
    after,
  )
  if (code !== 0) throw new Error(out)
  return readFileSync(after)
}

requires('qpdf', 'poppler')('encrypted documents with an empty password', () => {
  test.each(
    METHODS.flatMap(([name, method]) =>
      ['disable', 'generate'].map((objects) => [name, objects, method] as const),
    ),
  )('%s, object streams: %s', async (_, objects, method) => {
    const before = encrypted(method, '', objects)
    const { view, encryption } = readPdf(before, { damaged: 'refuse' })
    expect(encryption).toBeDefined()
    const contents = [...pagesOf(view)].map((page) => {
      const stream = view.get(page.dict, 'Contents')
      return is(stream, 'stream') ? view.data(stream).toString() : ''
    })
    expect(contents).toEqual([
      expect.stringContaining('(Page 1)'),
      expect.stringContaining('(Page 2)'),
    ])
    const signer = await sandbox.signer()
    const options = { reason: 'a reason', appearance: { signer: 'علی رضایی' } }
    const result = await signPdf({ ...sandbox.ports, signer }, before, {
      profile: 'B-LTA',
      ...options,
    })
    const file = files.put('signed.pdf', bytesOf(result))
    const [signature] = signaturesOf(readPdf(bytesOf(result), { damaged: 'refuse' }).view)
    expect(textOf(signature?.dict.entries.get('Reason'))).toBe('a reason')
    expect(bytesOf(result).includes('a reason')).toBe(false)
    expect(qpdfCheck(file)).toBe(0)
    expect(pdfsig(file)[0]).toMatchObject({ isValid: true })
    const text = Buffer.from(run('pdftotext', file, '-').out, 'latin1').toString('utf8')
    expect(text.replace(/[\u202a-\u202e]/g, '')).toContain('علی رضایی')
  })

  test.each(METHODS)('%s with another password is refused', (_, method) => {
    expect(() => readPdf(encrypted(method, 'geheim', 'disable'))).toThrow(/password_needed/)
  })

  test('of a stream that is cut off the whole blocks are there, as for other readers', () => {
    const { encryption } = readPdf(encrypted(['128', '--use-aes=y'], '', 'disable'))
    const text = 'Pay 100 rials to the bearer of this.'
    const [of, iv] = [ref(9), Buffer.alloc(16, 7)]
    const cut = encryption!.encryptStream(of, Buffer.from(text), iv).subarray(0, 16 + 32 + 5)
    expect(encryption!.decryptStream(of, cut, dict({})).toString()).toBe(text.slice(0, 32))
  })

  test('an owner who forbids signing is obeyed', async () => {
    const before = encrypted(['256', '--modify=none', '--annotate=n', '--form=n'], '', 'disable')
    await expect(
      signPdf({ ...sandbox.ports, signer: await sandbox.signer() }, before, { profile: 'B-B' }),
    ).rejects.toMatchObject({ code: 'permissions_forbid' })
  })
})
