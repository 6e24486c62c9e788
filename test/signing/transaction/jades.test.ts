import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compactVerify, flattenedVerify, importX509 } from 'jose'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../../src/ports/signer.ts'
import { Malformed } from '../../../src/signing/der/malformed.ts'
import { checkJades } from '../../../src/signing/transaction/check-jades.ts'
import {
  jadesSignature,
  jadesTimestampInput,
  prepareJades,
  signingInput,
  stampedJades,
} from '../../../src/signing/transaction/jades.ts'
import { derSignature, rawSignature } from '../../../src/signing/transaction/raw-signature.ts'
import { transactionBytes } from '../../../src/signing/transaction/text.ts'
import { SIGNATURE_IDENTIFIERS } from '../../../src/signing/x509/algorithms.ts'
import { checkSignature } from '../../../src/signing/x509/signature.ts'
import { made, usage } from '../../support/made-certificates.ts'
import { pem } from '../../support/openssl.ts'

const TEXT = 'انتقال ۱۰٬۰۰۰٬۰۰۰ ریال به حسابِ «نمونه»\nشمارهٔ پیگیری: 42'
const content = transactionBytes(TEXT)
const SIGNED_AT = Date.UTC(2026, 5, 1, 12)

async function signature(alg: SigningAlgorithm, isDetached = false) {
  const own = made({ name: 'Signer', alg, extensions: [usage(1)] })
  const other = made({ name: 'CA' })
  const certificates = [own.der, other.der]
  const prepared = prepareJades({ content, alg, certificates, signedAt: SIGNED_AT, isDetached })
  return { own, jws: jadesSignature(prepared, await own.signer().sign(prepared.signingInput)) }
}

describe.each(SIGNING_ALGORITHMS)('a JAdES signature by %s', (alg) => {
  it('is verified by another library', async () => {
    const { own, jws } = await signature(alg)
    const { payload, protectedHeader } = await compactVerify(
      jws,
      await importX509(pem(own.der), alg),
    )
    expect(Buffer.from(payload).toString('utf8')).toBe(TEXT)
    expect(protectedHeader).toMatchObject({
      alg,
      iat: SIGNED_AT / 1000,
      x5c: [own.der.toString('base64'), expect.any(String)],
      'x5t#S256': own.certificate.der.length > 0 ? expect.stringMatching(/^[\w-]{43}$/) : '',
    })
    expect(Object.keys(protectedHeader).toSorted()).toEqual(
      ['alg', 'cty', 'iat', 'x5c', 'x5t#S256'].toSorted(),
    )
  })

  it('detached: the text stands beside it as it is, and crit says so', async () => {
    const { own, jws } = await signature(alg, true)
    const [header = '', middle, sig = ''] = jws.split('.')
    expect(middle).toBe('')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      b64: false,
      crit: ['b64'],
    })
    const key = await importX509(pem(own.der), alg)
    const verified = await flattenedVerify(
      { protected: header, payload: content, signature: sig },
      key,
    )
    expect(verified.protectedHeader?.alg).toBe(alg)
  })

  it.each([false, true])('is verified by us, detached or not (%s)', async (isDetached) => {
    const { own, jws } = await signature(alg, isDetached)
    expect(checkJades(jws, content)).toMatchObject({
      fault: undefined,
      signedAt: SIGNED_AT,
      certificate: { der: own.der },
      timestampTokens: [],
    })
    const other = transactionBytes(TEXT.replace('۱۰', '۲۰'))
    expect(checkJades(jws, other).fault).toMatch(/^(payload_mismatch|signature_invalid)$/)
  })
})

describe('a time stamp', () => {
  it('stands beside the signature, which stays the same', async () => {
    const { own, jws } = await signature('ES256')
    const token = Buffer.from('3003020101', 'hex')
    const stamped = stampedJades(jws, token)
    expect(checkJades(stamped, content)).toMatchObject({
      fault: undefined,
      timestampTokens: [token],
    })
    const flattened = JSON.parse(stamped)
    expect(flattened).toMatchObject({ header: { etsiU: [expect.any(String)] } })
    await flattenedVerify(flattened, await importX509(pem(own.der), 'ES256'))
    expect(Buffer.from(jadesTimestampInput(jws)).toString()).toBe(jws.split('.')[2])
  })
})

describe('what does not hold', () => {
  const header = (change: (parameters: Record<string, unknown>) => object) => (jws: string) => {
    const [first = '', ...rest] = jws.split('.')
    const parameters = JSON.parse(Buffer.from(first, 'base64url').toString())
    return [Buffer.from(JSON.stringify(change(parameters))).toString('base64url'), ...rest].join(
      '.',
    )
  }
  const other = made({ name: 'Other' }).der.toString('base64')

  it.each([
    ['alg none', header((p) => ({ ...p, alg: 'none' }))],
    ['a critical parameter that nobody knows', header((p) => ({ ...p, crit: ['exp'] }))],
    ['a key of its own', header((p) => ({ ...p, jwk: {} }))],
    ['no certificate', header(({ x5c: _, ...p }) => p)],
    ['b64 that is not critical', header((p) => ({ ...p, b64: false }))],
    ['four parts', (jws: string) => `${jws}.x`],
    ['padding', (jws: string) => `${jws}==`],
    ['no JSON', () => '{'],
  ])('%s is refused', async (_, change) => {
    const { jws } = await signature('ES256')
    expect(() => checkJades(change(jws), content)).toThrow(Malformed)
  })

  it.each([
    ['another certificate', header((p) => ({ ...p, x5c: [other] })), 'certificate_mismatch'],
    ['another time', header((p) => ({ ...p, iat: 1 })), 'signature_invalid'],
    ['another algorithm', header((p) => ({ ...p, alg: 'RS256' })), 'signature_invalid'],
  ])('%s is found out', async (_, change, fault) => {
    const { jws } = await signature('ES256')
    expect(checkJades(change(jws), content).fault).toBe(fault)
  })

  it('nothing but Malformed is thrown, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => checkJades(text, content)).toThrow(Malformed)
      }),
    )
  })
})

describe('RFC 7515 appendix A', () => {
  const payload =
    'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
  const RSA_N =
    'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ'
  const vectors = {
    ES256: {
      header: 'eyJhbGciOiJFUzI1NiJ9',
      jwk: {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      },
      signature:
        'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    },
    RS256: {
      header: 'eyJhbGciOiJSUzI1NiJ9',
      jwk: { kty: 'RSA', e: 'AQAB', n: RSA_N },
      signature:
        'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
    },
  } as const

  it.each(['ES256', 'RS256'] as const)('%s holds', (alg) => {
    const { header, jwk, signature: encoded } = vectors[alg]
    const raw = Buffer.from(encoded, 'base64url')
    const check = {
      algorithm: SIGNATURE_IDENTIFIERS[alg],
      key: createPublicKey({ key: jwk, format: 'jwk' }),
      signature: alg === 'ES256' ? derSignature(raw) : raw,
    }
    const data = signingInput(header, Buffer.from(payload))
    expect(checkSignature({ ...check, data })).toBe('valid')
    expect(checkSignature({ ...check, data: signingInput(header, Buffer.of(1)) })).toBe('invalid')
  })

  it('both forms of an ECDSA signature are one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (raw) => {
        expect(rawSignature(derSignature(raw))).toEqual(Buffer.from(raw))
      }),
    )
  })
})

describe('the text', () => {
  it('is one in all its spellings', () => {
    expect(transactionBytes('آ\r\nب')).toEqual(transactionBytes('\u0627\u0653\nب'))
  })

  it.each(['', ' \n', 'a\u202eb', 'a\u0000', 'a\u200bb', '\ud800', 'a\u0007', 'x'.repeat(20_001)])(
    'hides nothing: %j',
    (text) => {
      expect(() => transactionBytes(text)).toThrow(RangeError)
    },
  )

  it('may have joiners, which are Persian spelling', () => {
    expect(transactionBytes('می‌پذیرم').toString()).toBe('می‌پذیرم')
  })
})
