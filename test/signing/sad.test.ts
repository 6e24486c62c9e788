import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  challengeOf,
  isWellFormed,
  type SadBinding,
  type SignatureActivationData,
} from '../../src/signing/sad.ts'

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')
const SAD: SignatureActivationData = {
  id: 'act',
  subjectId: 'sara',
  clientId: 'agency',
  credentialId: 'credential',
  hashes: [hashOf('one'), hashOf('two')],
  digests: [hashOf('prepared')],
  text: 'قرارداد اجاره، ۱۲ ماه',
  nonce: hashOf('nonce'),
  expiresAt: 1_700_000_000_000,
}
const BOUND: SadBinding = {
  keyId: 'key',
  certificate: Buffer.from('certificate'),
  rpId: 'window.example',
}
const challenge = (sad: Partial<SignatureActivationData> = {}, bound: Partial<SadBinding> = {}) =>
  challengeOf({ ...SAD, ...sad }, { ...BOUND, ...bound }).toString('hex')

describe('the challenge of an act', () => {
  it('is what the docstring says, computed by somebody else', () => {
    const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
    const text = (one: string) => Buffer.from(one, 'utf8').toString('hex')
    const octets8 = (value: number) => value.toString(16).padStart(16, '0')
    const parts = [
      ...['act', 'sara', 'agency', 'window.example', 'credential', 'key'].map(text),
      sha256('certificate'),
      octets8(2),
      sha256('one'),
      sha256('two'),
      octets8(1),
      sha256('prepared'),
      sha256('nonce'),
      sha256(SAD.text),
      octets8(1_700_000_000_000),
    ]
    const whole = parts
      .map((part) => (part.length / 2).toString(16).padStart(8, '0') + part)
      .join('')
    const prefix = '49524e494e2d4c342d5341442d763200'
    const expected = createHash('sha256')
      .update(Buffer.from(prefix + whole, 'hex'))
      .digest('hex')
    expect(challenge()).toBe(expected)
  })

  it.each<[string, Partial<SignatureActivationData>, Partial<SadBinding>]>([
    ['act', { id: 'other' }, {}],
    ['signer', { subjectId: 'mina' }, {}],
    ['client', { clientId: 'another' }, {}],
    ['credential', { credentialId: 'another' }, {}],
    ['order of hashes', { hashes: [...SAD.hashes].reverse() }, {}],
    ['number of hashes', { hashes: SAD.hashes.slice(0, 1) }, {}],
    ['hash', { hashes: [hashOf('one'), hashOf('three')] }, {}],
    ['digest', { digests: [hashOf('other')] }, {}],
    ['number of digests', { digests: [] }, {}],
    ['kind', { hashes: [...SAD.hashes, ...SAD.digests], digests: [] }, {}],
    ['text', { text: `${SAD.text} ` }, {}],
    ['nonce', { nonce: hashOf('another') }, {}],
    ['expiry', { expiresAt: SAD.expiresAt + 1 }, {}],
    ['key', {}, { keyId: 'another' }],
    ['certificate', {}, { certificate: Buffer.from('another') }],
    ['window', {}, { rpId: 'window.example.org' }],
  ])('is another one with another %s', (_, sad, bound) => {
    expect(challenge(sad, bound)).not.toBe(challenge())
  })

  it('does not depend on how a text is composed', () => {
    const [composed, apart] = ['آزمون', 'آزمون'.normalize('NFD')]
    expect(apart).not.toBe(composed)
    expect(challenge({ text: apart })).toBe(challenge({ text: composed }))
  })

  it('is of 32 bytes, and nothing moves from one part into the next', () => {
    const name = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' })
    fc.assert(
      fc.property(fc.array(name, { minLength: 3, maxLength: 3 }), fc.nat(11), (names, at) => {
        const [id = '', subjectId = '', clientId = ''] = names
        const first = challengeOf({ ...SAD, id, subjectId, clientId }, BOUND)
        const joined = id + subjectId
        const moved = { ...SAD, id: joined.slice(0, at), subjectId: joined.slice(at), clientId }
        expect(first).toHaveLength(32)
        const isSame = moved.id === id
        expect(challengeOf(moved, BOUND).equals(first)).toBe(isSame)
      }),
    )
  })
})

describe('what one can agree to', () => {
  it('is bounded and of one spelling', () => {
    expect(isWellFormed(SAD)).toBe(true)
    expect(isWellFormed({ ...SAD, hashes: [] })).toBe(true)
    expect(isWellFormed({ ...SAD, hashes: Array<string>(49).fill(hashOf('x')) })).toBe(true)
  })

  it.each<[string, Partial<SignatureActivationData>]>([
    ['no hash', { hashes: [], digests: [] }],
    ['51 hashes', { hashes: Array<string>(51).fill(hashOf('x')) }],
    ['a short hash', { hashes: ['AAAA'] }],
    ['a hash in base64', { hashes: [`${hashOf('x')}=`] }],
    ['bits behind the last octet', { hashes: [`${'A'.repeat(42)}B`] }],
    ['a hash in hex', { hashes: ['a'.repeat(64)] }],
    ['a text in parts', { text: 'آ'.normalize('NFD') }],
    ['half a character', { text: 'a\ud800' }],
    ['a text without end', { text: 'x'.repeat(65_537) }],
    ['a short nonce', { nonce: 'AAAA' }],
    ['half a millisecond', { expiresAt: 1.5 }],
    ['no signer', { subjectId: '' }],
  ])('is not %s', (_, sad) => {
    expect(isWellFormed({ ...SAD, ...sad })).toBe(false)
  })
})
