import { describe, expect, it } from '@jest/globals'
import { expectManipulated, honest, RICH, signer, verdict } from './support/attacked.ts'
import { CONTRACT, document, signatureObject, signed } from './support/handmade.ts'

/** Signature wrapping and universal forgery: "1 Trillion Dollar Refund", Mladenov et al., CCS 2019. */

describe('signature wrapping', () => {
  it('the second signed part is moved behind something new', () => {
    const text = honest.toString('latin1')
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]\s*/.exec(text)!
    const [before, after, rest] = range.slice(1).map(Number) as [number, number, number]
    const evil = `>>\nendobj\n4 0 obj\n${RICH}\nendobj\nxref\n4 1\n${String(after + 14).padStart(10, '0')} 00000 n \ntrailer\n<</Size 8/Root 1 0 R/Prev ${/startxref\s+(\d+)/.exec(text)![1]}>>\n`
    for (const moved of [evil.length, 4096]) {
      const at = after + moved
      const wrapped = text.slice(0, after) + evil.padEnd(moved) + text.slice(after, after + rest)
      const ready = wrapped.replace(
        range[0],
        `/ByteRange [0 ${before} ${at} ${rest}]`.padEnd(range[0].length),
      )
      expectManipulated(Buffer.from(ready, 'latin1'))
    }
  })

  it('the gap is wider than /Contents', () => {
    const text = document({
      ...CONTRACT,
      7: CONTRACT[7]!.replace('/Contents', '/Reason(none)/Contents'),
    }).toString('latin1')
    const whole = signed(Buffer.from(text, 'latin1'), signer).toString('latin1')
    const range = /\[0 (\d+) (\d+) (\d+)\]/.exec(whole)!
    const wider = `[0 ${Number(range[1]) - 10} ${range[2]} ${range[3]}]`
    expectManipulated(Buffer.from(whole.replace(range[0], wider.padEnd(range[0].length)), 'latin1'))
  })

  it('another /Contents in the same dictionary', () => {
    const twice = CONTRACT[7]!.replace('/ByteRange', '/Contents<00>/ByteRange')
    expectManipulated(signed(document({ ...CONTRACT, 7: twice }), signer))
  })

  it('two fields show one signature', () => {
    const objects = {
      ...CONTRACT,
      1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      9: CONTRACT[6]!.replace('(Sig)', '(Other)'),
    }
    expectManipulated(signed(document(objects), signer))
  })
})

describe('universal signature forgery', () => {
  const forged = (change: (text: string) => string) =>
    Buffer.from(change(honest.toString('latin1')), 'latin1')
  const range = (text: string) => /\/ByteRange \[0 \d+ \d+ \d+\] */.exec(text)![0]

  it.each([
    '[]',
    '[0 0 0 0]',
    '[0 -1 -1 0]',
    '[-1 0 0 0]',
    'null',
    '[0 100]',
    '[0 1 2 99999999999]',
    '(x)',
    '[0 1.5 2 3]',
    '[0 9 5 9]',
  ])('byte range %s', (other) => {
    expectManipulated(
      forged((text) => text.replace(range(text), `/ByteRange ${other}`.padEnd(range(text).length))),
    )
  })

  it.each(['<>', '<00>', '<3080>', 'null', '()', '7 0 R', '[]', '<0>'])('contents %s', (other) => {
    expectManipulated(
      forged((text) =>
        text.replace(/\/Contents <[0-9a-f]+>/, (all) => `/Contents ${other}`.padEnd(all.length)),
      ),
    )
  })

  it('neither of them', () => {
    const name = (text: string) => text.replace('/ByteRange', '/ByteRangf')
    expectManipulated(forged(name))
    expectManipulated(forged((text) => text.replace('/Contents <', '/Contentt <')))
  })

  it.each(['/adbe.pkcs7.sha1', '/adbe.x509.rsa_sha1', '/Nobody', '/ETSI.RFC3161'])(
    'kind %s',
    (kind) => {
      const bytes = signed(
        document({ ...CONTRACT, 7: signatureObject().replace('/ETSI.CAdES.detached', kind) }),
        signer,
      )
      expect(verdict(bytes).indication).not.toBe('TOTAL-PASSED')
    },
  )

  it('bytes behind the structure, where zeros belong', () => {
    const at = honest.indexOf('00>', 0, 'latin1')
    const bytes = Buffer.from(honest)
    bytes[at] = 0x31
    expectManipulated(bytes)
  })
})
