import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { secretBox } from '../../adapters/crypto/secret-box.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)
const [old, current] = [
  { id: 'k1', key: key(1) },
  { id: 'k2', key: key(2) },
]
const box = secretBox({ keys: [current, old], lookupKey: key(9) })
const unreadable = expect.objectContaining({ code: 'sealed_data_unreadable' })

function thrown(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('the secret box', () => {
  it('opens what it sealed, under its own context alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (text, context, other) => {
        const sealed = box.seal(text, context)
        expect(box.open(sealed, context)).toBe(text)
        if (other !== context) expect(thrown(() => box.open(sealed, other))).toEqual(unreadable)
      }),
    )
  })

  it('notices any change of the envelope', () => {
    const sealed = box.seal('a secret', 'row')
    const at = sealed.lastIndexOf('.') + 1
    for (let i = at; i < sealed.length - 1; i += 1) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1)
      expect(thrown(() => box.open(changed, 'row'))).toEqual(unreadable)
    }
    for (const broken of ['', 'v1', 'v1.k2.', 'v2.k2.AAAA', 'v1.k3.AAAA', `${sealed}.x`]) {
      expect(thrown(() => box.open(broken, 'row'))).toEqual(unreadable)
    }
  })

  it('never seals the same twice alike', () => {
    expect(box.seal('x', 'c')).not.toBe(box.seal('x', 'c'))
  })

  it('opens with an older key and says that it is old', () => {
    const before = secretBox({ keys: [old], lookupKey: key(9) }).seal('x', 'c')
    expect(box.open(before, 'c')).toBe('x')
    expect(box.isStale(before)).toBe(true)
    expect(box.isStale(box.seal('x', 'c'))).toBe(false)
  })

  it('has another fingerprint for another purpose and another key', () => {
    expect(box.fingerprint('v', 'a')).toBe(box.fingerprint('v', 'a'))
    expect(box.fingerprint('v', 'a')).not.toBe(box.fingerprint('v', 'b'))
    const other = secretBox({ keys: [current], lookupKey: key(8) })
    expect(box.fingerprint('v', 'a')).not.toBe(other.fingerprint('v', 'a'))
  })
})
