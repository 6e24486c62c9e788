import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import type { PadesProfile } from '../../../src/signing/pades/options.ts'
import { pdfVerifier, type PdfVerifier } from '../../../src/signing/verify/verifier.ts'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import { sandboxSigning, type KeyKind, type SandboxSigning } from '../support/sandbox-signing.ts'
import { CONTRACT, document } from './support/handmade.ts'

const unsigned = document({ ...CONTRACT, 6: CONTRACT[6]!.replace('/V 7 0 R', ''), 7: '<<>>' })

let pki: SandboxSigning
let verifier: PdfVerifier
beforeAll(async () => {
  pki = await sandboxSigning()
  verifier = pdfVerifier(pki.ports, { anchors: [pki.root], deadlineMs: 20_000 })
})
afterAll(async () => {
  await verifier.close()
  await pki.close()
})

async function signedAs(profile: PadesProfile, kind: KeyKind = 'P-256', bytes: Buffer = unsigned) {
  const signer = await pki.signer(kind)
  return bytesOf(await signPdf({ ...pki.ports, signer }, bytes, { profile }))
}

const offline = (bytes: Buffer, now = Date.now()) =>
  verifyPdf(bytes, { anchors: [pki.root], now }).report

const YEAR = 365 * 86_400_000

describe('signed documents', () => {
  it.each(['B-B', 'B-T', 'B-LT', 'B-LTA'] as const)('%s passes', async (profile) => {
    const report = await verifier.verify(await signedAs(profile))
    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      coversWholeDocument: true,
      warnings: [],
    })
    expect(report.signatures[0]).toMatchObject({
      profile,
      kind: 'signature',
      indication: 'TOTAL-PASSED',
    })
  })

  it.each(['RSA-2048', 'RSA-3072', 'PSS-3072'] as const)('%s passes', async (kind) => {
    expect((await verifier.verify(await signedAs('B-T', kind))).indication).toBe('TOTAL-PASSED')
  })

  it('several signatures on one document pass, the earlier ones as signed further', async () => {
    const twice = await signedAs('B-T', 'P-256', await signedAs('B-LTA'))
    const { indication, signatures } = await verifier.verify(twice)
    expect(indication).toBe('TOTAL-PASSED')
    expect(signatures.map(({ coverage }) => coverage)).toEqual([
      'signed-further',
      'signed-further',
      'whole',
    ])
  })

  it('validation data of another signature makes nobody’s last longer', async () => {
    const twice = await signedAs('B-T', 'P-256', await signedAs('B-LT'))
    const profiles = [offline(twice), await verifier.verify(twice)].map(({ signatures }) =>
      signatures.map(({ profile }) => profile),
    )
    expect(profiles).toEqual([
      ['B-LT', 'B-T'],
      ['B-LT', 'B-T'],
    ])
  })

  it('the revision that was signed can be cut out and verified alone', async () => {
    const whole = await signedAs('B-LTA')
    const { revisions } = await verifier.verify(whole)
    const { end } = revisions.find(
      ({ signedBy }) => signedBy.includes('Sig') || signedBy.includes('Signature1'),
    )!
    const report = await verifier.verify(whole.subarray(0, end))
    expect(report).toMatchObject({
      indication: 'TOTAL-PASSED',
      signatures: [{ profile: 'B-T', coverage: 'whole' }],
    })
  })
})

describe('without asking anybody', () => {
  it('B-B and B-T stay open: nobody says that the certificate was not revoked', async () => {
    for (const profile of ['B-B', 'B-T'] as const)
      expect(offline(await signedAs(profile))).toMatchObject({
        indication: 'INDETERMINATE',
        subIndication: 'TRY_LATER',
      })
  })

  it('B-LT and B-LTA bring what is needed', async () => {
    for (const profile of ['B-LT', 'B-LTA'] as const)
      expect(offline(await signedAs(profile)).indication).toBe('TOTAL-PASSED')
  })

  it('B-LTA is good as long as its last time stamp’s authority can be checked', async () => {
    const bytes = await signedAs('B-LTA')
    const later = offline(bytes, Date.now() + 3 * YEAR)
    const [signature, stamp] = later.signatures
    expect(stamp).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' })
    expect(signature?.indication).toBe('INDETERMINATE')
  })

  it('without a time stamp a signature ends with its certificate', async () => {
    const later = offline(await signedAs('B-B'), Date.now() + 5 * YEAR)
    expect(later).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'OUT_OF_BOUNDS_NO_POE',
    })
  })
})

describe('revocation', () => {
  const revoke = async (certificate: Uint8Array) => {
    const response = await fetch(`${pki.url}/revocations`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`,
      },
      body: JSON.stringify({
        certificate: Buffer.from(certificate).toString('base64'),
        reason: 'key_compromise',
      }),
    })
    expect(response.status).toBe(200)
  }

  it('counts when nothing proves that the signature is older', async () => {
    const signer = await pki.signer()
    const bytes = bytesOf(await signPdf({ ...pki.ports, signer }, unsigned, { profile: 'B-B' }))
    await revoke(signer.certificateChain[0]!)
    expect(await verifier.verify(bytes)).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'REVOKED_NO_POE',
    })
  })

  it('does not count when a time stamp proves that it is', async () => {
    const signer = await pki.signer()
    const bytes = bytesOf(await signPdf({ ...pki.ports, signer }, unsigned, { profile: 'B-LTA' }))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await revoke(signer.certificateChain[0]!)
    expect((await verifier.verify(bytes)).indication).toBe('TOTAL-PASSED')
  })
})

describe('time stamps', () => {
  it('of somebody whom nobody trusts prove nothing', async () => {
    const other = await sandboxSigning()
    try {
      const signer = await pki.signer()
      const ports = { ...pki.ports, timestamps: other.ports.timestamps }
      const bytes = bytesOf(await signPdf({ ...ports, signer }, unsigned, { profile: 'B-T' }))
      const { indication, signatures } = await verifier.verify(bytes)
      expect(indication).toBe('TOTAL-PASSED')
      expect(signatures[0]?.timestamps[0]).toMatchObject({ indication: 'INDETERMINATE' })
      expect(signatures[0]?.checks).toContainEqual(
        expect.objectContaining({ name: 'timestamp', result: 'warning' }),
      )
    } finally {
      await other.close()
    }
  })

  it('of another signature are told apart', async () => {
    const signer = await pki.signer()
    const ports = {
      ...pki.ports,
      timestamps: {
        stamp: ({
          algorithm,
          value,
        }: {
          algorithm: 'SHA-256' | 'SHA-384' | 'SHA-512'
          value: Uint8Array
        }) => pki.ports.timestamps!.stamp({ algorithm, value: value.toReversed() }),
      },
    }
    const bytes = bytesOf(await signPdf({ ...ports, signer }, unsigned, { profile: 'B-T' }))
    expect(await verifier.verify(bytes)).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'SIG_CONSTRAINTS_FAILURE',
    })
  })
})
