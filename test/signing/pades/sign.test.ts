import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pki } from '../../../sandbox/pki/main.ts'
import type { Signer } from '../../../src/ports/signer.ts'
import { readSignedData } from '../../../src/signing/cms/read-signed-data.ts'
import { signedAttributes } from '../../../src/signing/cms/signed-data.ts'
import { readTimestampToken } from '../../../src/signing/cms/timestamp-token.ts'
import { growing } from '../../../src/signing/pades/appended.ts'
import { vriKey } from '../../../src/signing/pades/dss.ts'
import { PADES_PROFILES } from '../../../src/signing/pades/options.ts'
import {
  bytesOf,
  finishSignature,
  prepareToSign,
  signPdf,
  type SignPdfOptions,
} from '../../../src/signing/pades/sign.ts'
import { catalogOf, readPdf } from '../../../src/signing/pdf/file.ts'
import { signaturesOf, type PdfSignature } from '../../../src/signing/pdf/signatures.ts'
import { bufferSource, fileSource } from '../../../src/signing/pdf/source.ts'
import { is, nameOf } from '../../../src/signing/pdf/values.ts'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import { OID } from '../../../src/signing/x509/oids.ts'
import { minimalPdf, type XrefKind } from '../support/minimal-pdf.ts'
import { sandboxSigning, type KeyKind, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder } from '../support/tools.ts'

const files = folder()
let sandbox: SandboxSigning
let signer: Signer
beforeAll(async () => {
  sandbox = await sandboxSigning()
  signer = await sandbox.signer()
})
afterAll(async () => {
  await sandbox.close()
  files.remove()
})

async function signed(bytes: Uint8Array, options: SignPdfOptions, by: Signer = signer) {
  const result = await signPdf({ ...sandbox.ports, signer: by }, bytes, options)
  return bytesOf(result)
}

const B_B = { profile: 'B-B' } as const
const KINDS: readonly XrefKind[] = ['table', 'stream', 'hybrid']

/** DER without the zeros behind it. */
function cmsOf({ contents }: PdfSignature): Buffer {
  const padded = Buffer.from(contents!.bytes)
  return padded.subarray(0, 4 + padded.readUInt16BE(2))
}

function coveredBy(bytes: Buffer, { byteRange }: PdfSignature): Buffer {
  const [a, b, c, d] = byteRange!
  return Buffer.concat([bytes.subarray(a, a + b), bytes.subarray(c, c + d)])
}

/** The signature's own cryptography, without any of our checking code. */
function expectToHold(bytes: Buffer, signature: PdfSignature): void {
  const cms = readSignedData(cmsOf(signature))
  const digest = createHash('sha256').update(coveredBy(bytes, signature)).digest()
  const own = cms.certificates.find((one) => verified(one, cms))!
  expect(own).toBeDefined()
  expect(Buffer.from(signedAttributes({ algorithm: 'SHA-256', value: digest }, own))).toEqual(
    cms.signer.signedBytes,
  )
}

function verified(
  certificate: Uint8Array,
  { signer: info }: ReturnType<typeof readSignedData>,
): boolean {
  const key = createPublicKey(
    new X509Certificate(certificate).publicKey.export({ format: 'pem', type: 'spki' }),
  )
  return verify('sha256', info.signedBytes, key, info.signature)
}

describe.each(KINDS)('a document with a cross-reference of the kind %s', (kind) => {
  const before = minimalPdf({ kind, pages: 2 })

  test('is signed without a change to what was there', async () => {
    const bytes = await signed(before, B_B)
    expect(bytes.subarray(0, before.length).equals(before)).toBe(true)
    const file = readPdf(bytes, { damaged: 'refuse' })
    expect(file.revisions.map((one) => one.kind)).toEqual([
      kind,
      kind === 'stream' ? 'stream' : 'table',
    ])
    const [signature] = signaturesOf(file.view)
    expectToHold(bytes, signature!)
  })

  test('is signed three times, and every signature holds', async () => {
    const once = await signed(before, B_B)
    const twice = await signed(once, { profile: 'B-T', page: 2 })
    const thrice = await signed(twice, { profile: 'B-LTA' })
    const found = signaturesOf(readPdf(thrice, { damaged: 'refuse' }).view)
    expect(found.map(({ field }) => field.name)).toEqual([
      'Signature1',
      'Signature2',
      'Signature3',
      'Timestamp1',
    ])
    for (const one of found.filter(({ kind: what }) => what === 'signature'))
      expectToHold(thrice, one)
    const { report } = verdict(thrice)
    expect(report.signatures.find(({ field }) => field === 'Signature3')).toMatchObject({
      indication: 'TOTAL-PASSED',
      profile: 'B-LTA',
    })
    for (const { laterChanges } of report.signatures)
      expect(laterChanges.map((one) => one.kind)).not.toContain('unexplained')
  })
})

const verdict = (bytes: Buffer) =>
  verifyPdf(bytes, { anchors: [sandbox.root], now: Date.now() + 2000 })

describe('the byte range', () => {
  test('covers every byte but /Contents, whatever the document', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kind: fc.constantFrom(...KINDS),
          pages: fc.integer({ min: 1, max: 6 }),
          padding: fc.nat(5000),
          reason: fc.option(fc.string({ unit: 'grapheme', maxLength: 60 }), { nil: undefined }),
        }),
        async ({ reason, ...shape }) => {
          const bytes = await signed(minimalPdf(shape), { ...B_B, reason })
          const [signature] = signaturesOf(readPdf(bytes).view)
          const [start, length, after, rest] = signature!.byteRange!
          expect([start, after + rest]).toEqual([0, bytes.length])
          const hole = bytes.toString('latin1', length, after)
          expect(hole).toMatch(/^<[0-9A-F]+>$/)
          expect([signature!.contents!.start, signature!.contents!.end]).toEqual([length, after])
        },
      ),
      { numRuns: 40 },
    )
  })

  test('any changed byte outside of /Contents breaks the signature', async () => {
    const bytes = await signed(minimalPdf(), { profile: 'B-LTA' })
    const [signature] = signaturesOf(readPdf(bytes).view)
    const [, hole, after, rest] = signature!.byteRange!
    const judged = (given: Buffer) =>
      verdict(given).report.signatures.find(({ field }) => field === 'Signature1')?.indication
    expect(judged(bytes)).toBe('TOTAL-PASSED')
    fc.assert(
      fc.property(fc.nat(hole + rest - 1), fc.integer({ min: 1, max: 255 }), (index, mask) => {
        const at = index < hole ? index : after + index - hole
        const changed = Buffer.from(bytes)
        changed[at] = changed[at]! ^ mask
        expect(judged(changed)).not.toBe('TOTAL-PASSED')
      }),
      { numRuns: 200 },
    )
  })
})

describe('what the profiles hold', () => {
  test.each(PADES_PROFILES)('%s', async (profile) => {
    const bytes = await signed(minimalPdf(), { profile, reason: 'قرارداد', name: 'Ali' })
    const { view } = readPdf(bytes)
    const [signature, stamp] = signaturesOf(view)
    expect(signature!.subFilter).toBe('ETSI.CAdES.detached')
    expect(signature!.dict.entries.has('Cert')).toBe(false)
    const cms = readSignedData(cmsOf(signature!))
    expect(cms.content).toBeUndefined()
    expect([...cms.signer.signed.keys()].sort()).toEqual(
      [OID.contentType, OID.messageDigest, OID.signingCertificateV2].sort(),
    )
    expect(cms.signer.isInOrder).toBe(true)
    expect(cms.signer.unsigned.has(OID.timeStampToken)).toBe(profile !== 'B-B')
    const store = view.getDict(catalogOf(view).dict, 'DSS')
    expect(store !== undefined).toBe(profile === 'B-LT' || profile === 'B-LTA')
    expect(stamp?.kind).toBe(profile === 'B-LTA' ? 'timestamp' : undefined)
    if (store) {
      const [key, vri] = [vriKey(signature!.contents!.bytes), view.getDict(store, 'VRI')]
      expect(is(vri?.entries.get(key), 'ref')).toBe(true)
      const related = view.getDict(vri, key)
      expect(view.getArray(related, 'OCSP')?.items.length).toBeGreaterThan(0)
      expect(view.getArray(store, 'Certs')?.items.length).toBeGreaterThan(2)
    }
    if (stamp) {
      const { info } = readTimestampToken(cmsOf(stamp))
      expect(
        info.imprint.equals(createHash('sha256').update(coveredBy(bytes, stamp)).digest()),
      ).toBe(true)
    }
  })

  test.each<KeyKind>(['P-256', 'RSA-2048', 'RSA-3072', 'PSS-3072'])(
    'B-LTA with a key of the kind %s',
    async (kind) => {
      const bytes = await signed(minimalPdf(), { profile: 'B-LTA' }, await sandbox.signer(kind))
      expect(verdict(bytes).report).toMatchObject({ indication: 'TOTAL-PASSED' })
    },
  )

  test('a revoked signer gets no B-LT signature', async () => {
    const own = await sandbox.signer()
    const serial = new X509Certificate(own.certificateChain[0]!).serialNumber
    await fetch(`${sandbox.url}/revocations`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`,
      },
      body: JSON.stringify({
        certificate: Buffer.from(own.certificateChain[0]!).toString('base64'),
        serialNumber: serial.toLowerCase(),
        reason: 'key_compromise',
      }),
    })
    await expect(signed(minimalPdf(), { profile: 'B-LT' }, own)).rejects.toMatchObject({
      code: 'certificate_revoked',
    })
  })

  test('a root that answers through a responder of its own: its certificate is stored, too', async () => {
    const running = await pki({ port: 0, hasRootResponder: true })
    const other = await sandboxSigning(running.url)
    try {
      const ports = { ...other.ports, signer: await other.signer() }
      const bytes = bytesOf(await signPdf(ports, minimalPdf(), { profile: 'B-LTA' }))
      const options = { anchors: [other.root], now: Date.now() + 2000 }
      expect(verifyPdf(bytes, options).report).toMatchObject({ indication: 'TOTAL-PASSED' })
      const { view } = readPdf(bytes)
      const store = view.getDict(catalogOf(view).dict, 'DSS')
      // The signer, the stamp, the issuing authority, the root, and a responder of each.
      expect(view.getArray(store, 'Certs')?.items).toHaveLength(6)
    } finally {
      await running.close()
    }
  })

  test('without an issuer that is known there is no B-LT', async () => {
    const lonely = { ...signer, certificateChain: signer.certificateChain.slice(0, 1) }
    await expect(
      signPdf({ ...sandbox.ports, anchors: [], signer: lonely }, minimalPdf(), { profile: 'B-LT' }),
    ).rejects.toMatchObject({ code: 'certificate_status_unknown' })
  })
})

describe('two steps', () => {
  test('what is approved is what is signed; a file is not read into memory', async () => {
    const before = minimalPdf({ padding: 3_000_000 })
    const descriptor = openSync(files.put('large.pdf', before), 'r')
    try {
      const pdf = growing(fileSource(descriptor, before.length))
      const prepared = await prepareToSign(sandbox.ports, pdf, signer, { profile: 'B-T' })
      expect(prepared.open.bytes.length).toBeLessThan(40_000)
      const signature = await signer.sign(prepared.attributes)
      const { added, size } = await finishSignature(sandbox.ports, prepared, signature, 'B-T')
      const whole = Buffer.concat([before, added])
      expect(whole.length).toBe(size)
      expectToHold(whole, signaturesOf(readPdf(whole).view)[0]!)
    } finally {
      closeSync(descriptor)
    }
  })

  test('the hash may have been taken while the file arrived', async () => {
    const before = minimalPdf()
    const hash = createHash('sha256').update(before)
    const bytes = await signed(before, { ...B_B, hash })
    expectToHold(bytes, signaturesOf(readPdf(bytes).view)[0]!)
  })

  test('a signature that does not fit: more room, once more; or refused when the room was given', async () => {
    const large = { ...signer, certificateChain: [...signer.certificateChain] }
    const token = Buffer.alloc(20_000, 1)
    const head = Buffer.from([0x30, 0x82, (token.length - 4) >> 8, (token.length - 4) & 0xff])
    head.copy(token)
    const timestamps = { stamp: async () => token }
    const ports = { ...sandbox.ports, timestamps, signer: large }
    const result = await signPdf(ports, minimalPdf(), { profile: 'B-T' })
    expectToHold(bytesOf(result), signaturesOf(readPdf(bytesOf(result)).view)[0]!)
    await expect(
      signPdf(ports, minimalPdf(), { profile: 'B-T', contentsBytes: 4000 }),
    ).rejects.toMatchObject({ code: 'signature_too_large' })
  })

  test('a source that is not a PDF is refused before anything is signed', async () => {
    let calls = 0
    const counting = { ...signer, sign: (data: Uint8Array) => (calls++, signer.sign(data)) }
    const ports = { ...sandbox.ports, signer: counting }
    await expect(signPdf(ports, bufferSource(Buffer.from('hello')), B_B)).rejects.toMatchObject({
      code: 'not_pdf',
    })
    expect(calls).toBe(0)
  })
})

describe('fields', () => {
  const form = (...objects: readonly string[]) =>
    minimalPdf({
      catalog: `/AcroForm << /Fields [${objects.map((_, at) => `${20 + at} 0 R`).join(' ')}] >>`,
      page: `/Annots [${objects.map((_, at) => `${20 + at} 0 R`).join(' ')}]`,
      objects,
    })
  const empty =
    '<< /Type /Annot /Subtype /Widget /FT /Sig /T (here) /F 4 /Rect [100 100 300 160] /P 3 0 R >>'

  test('one that is there is signed in its place', async () => {
    const bytes = await signed(form(empty), { ...B_B, field: 'here' })
    const { view } = readPdf(bytes)
    const [signature, ...others] = signaturesOf(view)
    expect(others).toEqual([])
    expect(signature!.field.ref?.number).toBe(20)
    expectToHold(bytes, signature!)
  })

  test.each([
    ['field_signed', '<< /FT /Sig /T (here) /V << /Type /Sig >> >>', 'here'],
    ['field_not_signature', '<< /FT /Tx /T (here) >>', 'here'],
    ['field_name_invalid', empty, 'a.b'],
    ['field_name_invalid', empty, ''],
    [
      'field_constrained',
      empty.replace('/F 4', '/F 4 /SV << /Ff 2 /SubFilter [/adbe.pkcs7.detached] >>'),
      'here',
    ],
  ])('%s', async (code, object, field) => {
    await expect(signed(form(object), { ...B_B, field })).rejects.toMatchObject({ code })
  })

  test('a constraint that is met', async () => {
    const object = empty.replace(
      '/F 4',
      '/F 4 /SV << /Ff 3 /Filter /Adobe.PPKLite /SubFilter [/ETSI.CAdES.detached] >>',
    )
    await expect(signed(form(object), { ...B_B, field: 'here' })).resolves.toBeInstanceOf(Buffer)
  })

  test('what a lock demands is promised, and kept by the next signature', async () => {
    const lock = empty.replace(
      '/F 4',
      '/F 4 /Lock << /Type /SigFieldLock /Action /Include /Fields [(other)] >>',
    )
    const other = '<< /FT /Sig /T (other) /Subtype /Widget /Rect [0 0 0 0] >>'
    const once = await signed(form(lock, other), { ...B_B, field: 'here' })
    const { view } = readPdf(once)
    const [reference] = view.getArray(signaturesOf(view)[0]!.dict, 'Reference')?.items ?? []
    const dict = view.resolve(reference)
    expect(
      nameOf(
        dict && typeof dict === 'object' && dict.type === 'dict'
          ? dict.entries.get('TransformMethod')
          : null,
      ),
    ).toBe('FieldMDP')
    await expect(signed(once, { ...B_B, field: 'other' })).rejects.toMatchObject({
      code: 'field_locked',
    })
    await expect(signed(once, B_B)).resolves.toBeInstanceOf(Buffer)
  })

  test('page_unknown and place_invalid', async () => {
    await expect(signed(minimalPdf(), { ...B_B, page: 2 })).rejects.toMatchObject({
      code: 'page_unknown',
    })
    const appearance = { signer: 'x', place: { left: 200, top: 10, width: 50, height: 20 } }
    await expect(signed(minimalPdf(), { ...B_B, appearance })).rejects.toMatchObject({
      code: 'place_invalid',
    })
  })
})

describe('certification', () => {
  test('is the first signature, allows others and validation data', async () => {
    const once = await signed(minimalPdf(), { profile: 'B-LT', certify: true })
    const { view } = readPdf(once)
    const certification = view.getDict(view.getDict(catalogOf(view).dict, 'Perms'), 'DocMDP')
    expect(certification).toBe(signaturesOf(view)[0]!.dict)
    const twice = await signed(once, { profile: 'B-LTA' })
    for (const one of signaturesOf(readPdf(twice).view).slice(0, 2)) expectToHold(twice, one)
    const { report } = verdict(twice)
    expect(report.signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED' })
    await expect(signed(once, { ...B_B, certify: true })).rejects.toMatchObject({
      code: 'already_certified',
    })
    const plain = await signed(minimalPdf(), B_B)
    await expect(signed(plain, { ...B_B, certify: true })).rejects.toMatchObject({
      code: 'already_signed',
    })
  })

  test('what is certified as final stays as it is', async () => {
    const reference = '/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>]'
    const final = minimalPdf({
      catalog: '/AcroForm << /Fields [20 0 R] >> /Perms << /DocMDP 21 0 R >>',
      objects: [
        '<< /FT /Sig /T (a) /V 21 0 R >>',
        `<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> ${reference} >>`,
      ],
    })
    await expect(signed(final, B_B)).rejects.toMatchObject({ code: 'certified_final' })
  })
})

describe('damage', () => {
  const broken = (bytes: Buffer) =>
    Buffer.from(bytes.toString('latin1').replaceAll(/startxref\n\d+/g, 'startxref\n7'), 'latin1')

  test.each<XrefKind>(['table', 'stream'])(
    'without a signature a complete table is put behind it (%s)',
    async (kind) => {
      const before = broken(minimalPdf({ kind }))
      const bytes = await signed(before, B_B)
      expect(bytes.subarray(0, before.length).equals(before)).toBe(true)
      const file = readPdf(bytes, { damaged: 'refuse' })
      expect(file.revisions).toHaveLength(1)
      expectToHold(bytes, signaturesOf(file.view)[0]!)
    },
  )

  test('of a table that leads a page elsewhere, too', async () => {
    const whole = minimalPdf().toString('latin1')
    const [, page = '', content = ''] =
      /(\d{10}) 00000 n \n(\d{10}) 00000 n \ntrailer/.exec(whole) ?? []
    const before = Buffer.from(whole.replace(`${content} 00000 n`, `${page} 00000 n`), 'latin1')
    expect(page).not.toBe(content)
    const bytes = await signed(before, { profile: 'B-LTA' })
    expect(verdict(bytes).report).toMatchObject({ indication: 'TOTAL-PASSED' })
  })

  test('with a signature it is refused', async () => {
    const before = broken(await signed(minimalPdf(), B_B))
    await expect(signed(before, B_B)).rejects.toMatchObject({ code: 'damaged_signed' })
  })
})
