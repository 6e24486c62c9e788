import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../../src/ports/signer.ts'
import { signedData } from '../../../src/signing/cms/signed-data.ts'
import {
  cadesAttributes,
  cadesSignature,
  checkCades,
} from '../../../src/signing/transaction/cades.ts'
import { transactionBytes } from '../../../src/signing/transaction/text.ts'
import { made, usage } from '../../support/made-certificates.ts'
import { opensslBench, pem, type Bench } from '../../support/openssl.ts'
import { requires } from '../../support/skips.ts'

const content = transactionBytes('می‌پذیرم که خانه را بفروشم.')
const SIGNED_AT = Date.UTC(2026, 5, 1, 12, 30, 15, 678)

async function signature(alg: SigningAlgorithm) {
  const own = made({ name: 'Signer', alg, extensions: [usage(1)] })
  const attributes = cadesAttributes({ content, certificate: own.der, signedAt: SIGNED_AT })
  const signed = await own.signer().sign(attributes)
  return {
    own,
    der: cadesSignature({ alg, attributes, signature: signed, certificates: [own.der] }),
  }
}

describe.each(SIGNING_ALGORITHMS)('a CAdES signature by %s', (alg) => {
  it('holds for its text and for no other', async () => {
    const { own, der } = await signature(alg)
    expect(checkCades(der, content)).toMatchObject({
      fault: undefined,
      reference: 'v2',
      certificate: { der: own.der },
      // Whole seconds.
      signedAt: Date.UTC(2026, 5, 1, 12, 30, 15),
    })
    expect(checkCades(der, transactionBytes('نمی‌پذیرم.')).fault).toBe('digest_mismatch')
  })
})

it('a signature from a PDF, which has no time, is told apart', async () => {
  const own = made({ name: 'Signer' })
  const { signedAttributes } = await import('../../../src/signing/cms/signed-data.ts')
  const { createHash } = await import('node:crypto')
  const value = createHash('sha256').update(content).digest()
  const attributes = signedAttributes({ algorithm: 'SHA-256', value }, own.der)
  const der = signedData({
    alg: 'ES256',
    digestAlgorithm: 'SHA-256',
    attributes,
    signature: await own.signer().sign(attributes),
    certificates: [own.der],
  })
  expect(checkCades(der, content)).toMatchObject({ fault: undefined, signedAt: undefined })
})

requires('openssl')('openssl', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await opensslBench()
  })
  afterAll(() => bench.close())

  it.each(SIGNING_ALGORITHMS)('verifies it as CAdES: %s', async (alg) => {
    const { own, der } = await signature(alg)
    await bench.put('content', content)
    await bench.put('cms.der', der)
    await bench.put('own.pem', pem(own.der))
    const { ok, text } = await bench.openssl(
      ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', 'cms.der'],
      ...['-content', 'content', '-CAfile', 'own.pem', '-purpose', 'any', '-out', 'out'],
    )
    expect({ ok, text }).toMatchObject({ ok: true, text: expect.stringContaining('successful') })
    const printed = await bench.openssl(
      'cms',
      '-cmsout',
      '-print',
      '-inform',
      'DER',
      '-in',
      'cms.der',
    )
    expect(printed.text).toContain('signingTime')
    expect(printed.text).toContain('Jun  1 12:30:15 2026 GMT')
  })
})
