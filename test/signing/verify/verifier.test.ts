import { afterAll, describe, expect, it } from '@jest/globals'
import { clock } from '../../../adapters/system/clock.ts'
import { pdfVerifier, type VerifierSettings } from '../../../src/signing/verify/verifier.ts'
import { honest, signer } from './support/attacked.ts'
import { CONTRACT, document, signed, stream } from './support/handmade.ts'

const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
})

function verifier(settings: Partial<VerifierSettings> = {}) {
  const made = pdfVerifier({ clock }, { anchors: [signer.certificate], ...settings })
  closers.push(() => made.close())
  return made
}

describe('the verifier', () => {
  it('gives in a worker the verdict that it gives here', async () => {
    expect(await verifier().verify(honest, Date.UTC(2026, 1))).toMatchObject({
      indication: 'TOTAL-PASSED',
      validationTime: '2026-02-01T00:00:00.000Z',
    })
  })

  it('judges several at once', async () => {
    const { verify } = verifier({ workers: 2 })
    const reports = await Promise.all(
      Array.from({ length: 6 }, () => verify(honest, Date.UTC(2026, 1))),
    )
    expect(reports.map(({ indication }) => indication)).toEqual(Array(6).fill('TOTAL-PASSED'))
  })

  it('ends what takes too long, and goes on with the next', async () => {
    const { verify } = verifier({ timeoutMs: 1 })
    expect(await verify(honest)).toMatchObject({
      indication: 'TOTAL-FAILED',
      refusal: 'took_too_long',
    })
    const patient = verifier({ timeoutMs: 20_000 })
    expect((await patient.verify(honest, Date.UTC(2026, 1))).indication).toBe('TOTAL-PASSED')
  })

  it('ends what takes too much memory', async () => {
    // One object of two million values: little to send, much to hold.
    const bomb = signed(
      document({ ...CONTRACT, 8: `[${'0 '.repeat(900_000)}]`, 9: `[${'[]'.repeat(900_000)}]` }),
      signer,
    )
    const { verify } = verifier({ memoryMb: 16 })
    expect(await verify(bomb, Date.UTC(2026, 1))).toMatchObject({
      indication: 'TOTAL-FAILED',
      refusal: 'too_complex',
    })
    expect((await verify(honest, Date.UTC(2026, 1))).indication).toBe('TOTAL-PASSED')
  })

  it('refuses what is too large before it looks at it', async () => {
    const { verify } = verifier({ mostBytes: 100 })
    expect(await verify(honest)).toMatchObject({ refusal: 'too_large', indication: 'TOTAL-FAILED' })
  })

  it('comes to an end with deep nesting and circles', async () => {
    const { verify } = verifier()
    const deep = document({
      ...CONTRACT,
      4: stream(''),
      8: '['.repeat(50_000) + ']'.repeat(50_000),
    })
    expect((await verify(signed(deep, signer))).indication).not.toBe('TOTAL-PASSED')
    const circle = {
      ...CONTRACT,
      2: '<</Type/Pages/Count 1/Kids[2 0 R 3 0 R]>>',
      6: CONTRACT[6]!.replace('/P 3 0 R', '/Kids[6 0 R]'),
    }
    expect((await verify(signed(document(circle), signer), Date.UTC(2026, 1))).refusal).not.toBe(
      'took_too_long',
    )
  })
})
