import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pkcs11KeyStore, type Pkcs11KeyStore } from '../../../adapters/hsm/pkcs11.ts'
import { random } from '../../../adapters/system/random.ts'
import type { Signer, SigningAlgorithm } from '../../../src/ports/signer.ts'
import { readCertificateBag } from '../../../src/signing/cms/read-signed-data.ts'
import type { PadesProfile } from '../../../src/signing/pades/options.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { PdfRefused } from '../../../src/signing/pdf/refused.ts'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import { certificateRequest } from '../../../src/signing/x509/certificate-request.ts'
import { personSubject } from '../../../src/signing/x509/subject-name.ts'
import { CREDENTIALS } from '../../support/sandbox-pki.ts'
import { SHARED_DATA } from '../../support/shared-data.ts'
import { requires } from '../../support/skips.ts'
import { softHsm, type SoftHsm } from '../../support/softhsm.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder, pdfsig, qpdfCheck } from '../support/tools.ts'

const DOCUMENTS = join(SHARED_DATA, 'pdfs')

function documents(): readonly string[] {
  try {
    return readdirSync(DOCUMENTS).filter((one) => one.endsWith('.pdf'))
  } catch {
    return ['none']
  }
}

/** Every document and every level with keys that never leave their module. */
const LEVELS: readonly (readonly [PadesProfile, SigningAlgorithm])[] = [
  ['B-B', 'ES256'],
  ['B-T', 'RS256'],
  ['B-LT', 'ES256'],
  ['B-LTA', 'RS256'],
]

requires(
  'softhsm',
  'poppler',
  'qpdf',
)('keys in a PKCS#11 module', () => {
  const files = folder()
  let hsm: SoftHsm
  let keys: Pkcs11KeyStore
  let sandbox: SandboxSigning
  const signers = new Map<SigningAlgorithm, Signer>()

  beforeAll(async () => {
    hsm = await softHsm({ rsaBits: 3072 })
    keys = pkcs11KeyStore(hsm.settings, { random })
    sandbox = await sandboxSigning()
    for (const alg of ['ES256', 'RS256'] as const) signers.set(alg, await enrolled(alg))
  })
  afterAll(async () => {
    await keys?.close()
    await hsm?.close()
    await sandbox?.close()
    files.remove()
  })

  async function enrolled(alg: SigningAlgorithm): Promise<Signer> {
    const { id, publicKey } = await keys.create(alg)
    const name = { givenName: 'سارا', familyName: 'نمونه‌زاده', number: '9990000018' }
    const own = keys.signer(id, alg, [])
    const request = await certificateRequest(personSubject(name), publicKey, own)
    const answer = await fetch(`${sandbox.url}/.well-known/est/simpleenroll`, {
      method: 'POST',
      headers: { Authorization: CREDENTIALS, 'Content-Type': 'application/pkcs10' },
      body: Buffer.from(request).toString('base64'),
    })
    const [certificate] = readCertificateBag(Buffer.from(await answer.text(), 'base64'))
    return keys.signer(id, alg, [certificate!, sandbox.issuing])
  }

  async function expectGood(before: Buffer, profile: PadesProfile, alg: SigningAlgorithm) {
    const signer = signers.get(alg)!
    const signed = await signPdf({ ...sandbox.ports, signer }, before, { profile })
    const bytes = bytesOf(signed)
    expect(bytes.subarray(0, before.length).equals(before)).toBe(true)
    const [old, now] = [files.put('before.pdf', before), files.put('after.pdf', bytes)]
    expect(qpdfCheck(now)).toBeLessThanOrEqual(qpdfCheck(old))
    expect(pdfsig(now).find(({ field }) => field === signed.fieldName)).toMatchObject({
      isValid: true,
    })
    const { report } = verifyPdf(bytes, { anchors: [sandbox.root], now: Date.now() + 2000 })
    const own = report.signatures.find(({ field }) => field === signed.fieldName)
    expect(own?.profile).toBe(profile)
    expect(own?.checks.filter(({ result }) => result === 'failed')).toEqual(
      profile === 'B-B' || profile === 'B-T'
        ? [expect.objectContaining({ name: 'revocation', subIndication: 'TRY_LATER' })]
        : [],
    )
  }

  test.each(LEVELS)('%s by %s', async (profile, alg) => {
    await expectGood(minimalPdf({ kind: 'stream', pages: 2 }), profile, alg)
  })

  test('ten at once find a fresh process, and one open token', async () => {
    const fresh = pkcs11KeyStore({ ...hsm.settings, processes: 1 }, { random })
    try {
      const made = await Promise.all(Array.from({ length: 10 }, () => fresh.create('ES256')))
      expect(new Set(made.map(({ id }) => id)).size).toBe(10)
    } finally {
      await fresh.close()
    }
  })

  requires('shared-pdfs')('on documents of many makers', () => {
    test.each(documents())('%s', async (name) => {
      const before = readFileSync(join(DOCUMENTS, name))
      const isSignable = await signable(before)
      // The other tests say which ones must be refused, and why.
      if (isSignable) for (const [profile, alg] of LEVELS) await expectGood(before, profile, alg)
    })

    test('most of which can be signed', async () => {
      const all = await Promise.all(
        documents().map((name) => signable(readFileSync(join(DOCUMENTS, name)))),
      )
      expect(all.filter((one) => one).length).toBeGreaterThan(20)
    })
  })

  async function signable(before: Buffer): Promise<boolean> {
    try {
      await signPdf({ ...sandbox.ports, signer: signers.get('ES256')! }, before, { profile: 'B-B' })
      return true
    } catch (error) {
      if (error instanceof PdfRefused) return false
      throw error
    }
  }
})
