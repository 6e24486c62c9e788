import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { readPdf } from '../../../src/signing/pdf/file.ts'
import { signaturesOf, type PdfSignature } from '../../../src/signing/pdf/signatures.ts'
import { catalogOf } from '../../../src/signing/pdf/file.ts'
import { is } from '../../../src/signing/pdf/values.ts'
import { requires } from '../../support/skips.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type KeyKind, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder, run } from '../support/tools.ts'

const files = folder()
let sandbox: SandboxSigning
beforeAll(async () => {
  sandbox = await sandboxSigning()
  const pem = (der: Buffer) => new X509Certificate(der).toString()
  files.put('root.pem', Buffer.from(pem(sandbox.root)))
  files.put('both.pem', Buffer.from(pem(sandbox.root) + pem(sandbox.issuing)))
})
afterAll(async () => {
  await sandbox.close()
  files.remove()
})

function der({ contents }: PdfSignature): Buffer {
  const padded = Buffer.from(contents!.bytes)
  return padded.subarray(0, 4 + padded.readUInt16BE(2))
}

function covered(bytes: Buffer, { byteRange }: PdfSignature): Buffer {
  const [a, b, c, d] = byteRange!
  return Buffer.concat([bytes.subarray(a, a + b), bytes.subarray(c, c + d)])
}

requires('openssl')('what OpenSSL says', () => {
  test.each<KeyKind>(['P-256', 'RSA-3072', 'PSS-3072'])(
    'of a B-LTA signature with a key of the kind %s',
    async (kind) => {
      const signer = await sandbox.signer(kind)
      const bytes = bytesOf(
        await signPdf({ ...sandbox.ports, signer }, minimalPdf(), { profile: 'B-LTA' }),
      )
      const { view } = readPdf(bytes)
      const [signature, stamp] = signaturesOf(view)
      const root = files.path('root.pem')
      const cms = run(
        'openssl',
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        files.put('cms.der', der(signature!)),
        '-content',
        files.put('content', covered(bytes, signature!)),
        '-CAfile',
        root,
        '-purpose',
        'any',
        '-out',
        '/dev/null',
      )
      expect(cms.out).toContain('CAdES Verification successful')
      const ts = run(
        'openssl',
        'ts',
        '-verify',
        '-token_in',
        '-in',
        files.put('token.der', der(stamp!)),
        '-data',
        files.put('stamped', covered(bytes, stamp!)),
        '-CAfile',
        root,
      )
      expect(ts.out).toContain('Verification: OK')
      const store = view.getDict(catalogOf(view).dict, 'DSS')
      const streams = (view.getArray(store, 'OCSPs')?.items ?? []).map((item) => view.resolve(item))
      expect(streams.length).toBeGreaterThanOrEqual(1)
      for (const stream of streams) {
        const answer = is(stream, 'stream') ? view.data(stream) : Buffer.alloc(0)
        const ocsp = run(
          'openssl',
          'ocsp',
          '-respin',
          files.put('ocsp.der', answer),
          '-CAfile',
          files.path('both.pem'),
          '-no_nonce',
          '-verify_other',
          files.path('both.pem'),
          '-resp_text',
        )
        expect(ocsp.out).toContain('Cert Status: good')
        expect(ocsp.out).not.toMatch(/verify (failure|error)/i)
      }
    },
  )
})
