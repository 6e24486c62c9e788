import { expect, it } from '@jest/globals'
import { flattenedVerify, type FlattenedJWS } from 'jose'
import { checkCades } from '../../../src/signing/transaction/index.ts'
import { minimalPdf } from '../../signing/support/minimal-pdf.ts'
import { DATA, digestOf, ECDSA, error, hashing, publicKeyOf, type Csc } from './csc-site.ts'

/** signatures/signDoc, section 11.11. */
export function signDocCases(csc: () => Csc): void {
  const digestsOf = (format: string, level: string, more: object = {}) => ({
    ...{ hashes: [digestOf(DATA).toString('base64')], signAlgo: ECDSA },
    ...{ signature_format: format, conformance_level: level, ...more },
  })
  const signDoc = (token: string, asked: object) =>
    csc().call('signatures/signDoc', { credentialID: csc().sara.credential.id, ...asked }, token)

  it('makes PAdES signatures for digests of documents', async () => {
    const token = await csc().activated(csc().sara, DATA, DATA)
    const documentDigests = [digestsOf('P', 'AdES-B-B'), digestsOf('P', 'Ades-B-T')]
    csc().stamps.length = 0
    const { status, body } = await signDoc(token, { documentDigests })
    expect(status).toBe(200)
    const made = (body['SignatureObject'] as string[]).map((one) => Buffer.from(one, 'base64'))
    expect(made).toHaveLength(2)
    for (const cms of made) {
      const check = checkCades(cms, DATA)
      expect(check.fault).toBeUndefined()
      expect(check.signedAt).toBeUndefined()
    }
    expect(csc().stamps).toHaveLength(1)
  })

  it('makes CAdES and JAdES signatures beside the document', async () => {
    const token = await csc().activated(csc().sara, DATA, DATA, DATA)
    const detached = { signed_envelope_property: 'Detached' }
    const documentDigests = [
      digestsOf('C', 'AdES-B-T'),
      digestsOf('J', 'AdES-B-B', detached),
      digestsOf('J', 'AdES-B-T'),
    ]
    const { status, body } = await signDoc(token, { documentDigests })
    expect(status).toBe(200)
    const [cms = Buffer.alloc(0), compact, flattened] = (body['SignatureObject'] as string[]).map(
      (one) => Buffer.from(one, 'base64'),
    )
    const check = checkCades(cms, DATA)
    expect(check.fault).toBeUndefined()
    expect(Math.abs((check.signedAt ?? 0) - csc().world.clock.now())).toBeLessThan(60_000)
    const key = publicKeyOf(csc().sara)
    const options = { crit: { sigD: true } }
    // By a library of somebody else's; what is signed besides the header is empty.
    const [encoded = '', , signature = ''] = String(compact).split('.')
    const apart = { protected: encoded, payload: '', signature }
    const { protectedHeader } = await flattenedVerify(apart, key, options)
    expect(protectedHeader).toMatchObject({
      alg: 'ES256',
      sigD: {
        mId: 'http://uri.etsi.org/19182/ObjectIdByURIHash',
        hashM: 'S256',
        hashV: [digestOf(DATA).toString('base64url')],
        pars: [`ni:///sha-256;${digestOf(DATA).toString('base64url')}`],
      },
    })
    const stamped = JSON.parse(String(flattened)) as FlattenedJWS & { header: { etsiU: string[] } }
    expect(stamped.header.etsiU).toHaveLength(1)
    await expect(flattenedVerify({ ...stamped, payload: '' }, key, options)).resolves.toBeDefined()
  })

  it('makes PAdES signatures in whole documents whose hash was agreed to', async () => {
    const pdf = minimalPdf({})
    const document = {
      ...{ document: pdf.toString('base64'), signature_format: 'P', signAlgo: ECDSA },
      conformance_level: 'AdES-B-T',
    }
    const token = await csc().activated(csc().sara, pdf, pdf)
    const first = await signDoc(token, { documents: [document] })
    expect(first.status).toBe(200)
    const signed = Buffer.from((first.body['DocumentWithSignature'] as string[])[0] ?? '', 'base64')
    expect(signed.subarray(0, pdf.length).equals(pdf)).toBe(true)
    // The standard's default is a certification, which is the first signature or none.
    expect(signed.includes('/DocMDP')).toBe(true)
    const again = { ...document, document: signed.toString('base64') }
    const next = await csc().activated(csc().sara, signed)
    expect(await signDoc(next, { documents: [again] })).toEqual({
      status: 400,
      body: error('invalid_request', /signed_envelope_property: already_/),
    })
    const revision = { ...again, signed_envelope_property: 'Revision' }
    const second = await signDoc(next, { documents: [revision] })
    expect(second.status).toBe(200)
    expect(await signDoc(next, { documents: [revision] })).toEqual({
      status: 400,
      body: error('invalid_request', /signed already/),
    })
  })

  it('gives one signature for each digest, whatever is asked for first', async () => {
    const token = await csc().activated(csc().reza, DATA)
    const { credentialID, signAlgo, hashes, ...rest } = hashing(csc().reza, DATA)
    const one = { ...{ hashes, signAlgo, ...rest }, signature_format: 'C' }
    const asked = { credentialID, documentDigests: [one] }
    const both = await Promise.all([
      csc().call('signatures/signDoc', asked, token),
      csc().call('signatures/signHash', hashing(csc().reza, DATA), token),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
  })

  it('names what it cannot do, and spends nothing', async () => {
    const pdf = minimalPdf({})
    const script = minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (x) >>' })
    const token = await csc().activated(csc().sara, DATA, script)
    const p = digestsOf('P', 'AdES-B-B')
    const whole = { document: pdf.toString('base64'), signature_format: 'P', signAlgo: ECDSA }
    const cases = [
      [{}, /^Empty documentDigests and documents objects$/],
      [{ documents: [whole], documentDigests: [p] }, /^Both documentDigests and documents/],
      [{ documents: [{}] }, /^Missing \(or invalid type\) string parameter/],
      [
        { documents: [{ ...whole, document: '%%' }] },
        /^Invalid Base64 documents string parameter$/,
      ],
      [{ documents: [whole] }, /^documentDigests or documents are not authorized by the SAD$/],
      [{ documents: [{ ...whole, signature_format: 'C' }] }, /signed_envelope_property/],
      [
        { documents: [{ ...whole, document: script.toString('base64') }] },
        /^Invalid array parameter documents: javascript$/,
      ],
      [{ documents: [whole], operationMode: 'A' }, /^Invalid parameter operationMode/],
      [
        { documentDigests: [{ ...p, signature_format: 'X' }] },
        /^Invalid parameter signature_format$/,
      ],
      [{ documentDigests: [{ ...p, conformance_level: 'AdES-B-LTA' }] }, /returnValidationInfo/],
      [{ documentDigests: [digestsOf('C', 'AdES-B-LT')] }, /^Invalid parameter conformance_level$/],
      [{ documentDigests: [digestsOf('J', 'AdES-B-X')] }, /^Invalid parameter conformance_level$/],
      [
        { documentDigests: [digestsOf('C', 'AdES-B-B', { signed_envelope_property: 'Attached' })] },
        /^Invalid parameter signed_envelope_property$/,
      ],
      [
        { documentDigests: [{ ...p, signed_props: [{ attribute_name: 'Reason' }] }] },
        /^Invalid parameter signed_props \(Reason\)$/,
      ],
      [
        { documentDigests: [{ ...p, hashAlgorithmOID: '2.16.840.1.101.3.4.2.3' }] },
        /contradicts with signAlgo/,
      ],
      [{ documentDigests: [{ ...p, hashes: ['AAAA'] }] }, /^Invalid digest value length$/],
      [{ documentDigests: [p], signatureQualifier: 'eu_eidas_qes' }, /signatureQualifier/],
      [
        {
          documentDigests: [p, { ...p, hashes: [digestOf(pdf).toString('base64')] }],
        },
        /not authorized by the SAD$/,
      ],
      [{ documentDigests: [p], credentialID: undefined }, /string parameter credentialID/],
    ] as const
    for (const [asked, description] of cases) {
      expect(await signDoc(token, asked)).toEqual({
        status: 400,
        body: error('invalid_request', description),
      })
    }
    expect((await signDoc(token, { documentDigests: [p] })).status).toBe(200)
  })
}
