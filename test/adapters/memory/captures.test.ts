import { describe, expect, it } from '@jest/globals'
import { memoryCaptures } from '../../../adapters/memory/captures.ts'
import { fakeClock } from '../../support/fakes.ts'

const image = (value: number, length = 10) => new Uint8Array(length).fill(value)
const isZero = (bytes: Uint8Array | undefined) => bytes?.every((byte) => byte === 0)

describe('pictures in memory', () => {
  it('are copies, by visit and by name', () => {
    const captures = memoryCaptures({ clock: fakeClock() })
    const given = image(1)
    expect(captures.put('a', 'card', given)).toBe(true)
    captures.put('b', 'card', image(2))
    captures.put('a', 'portrait', image(3))
    given.fill(9)
    expect(captures.get('a', 'card')).toEqual(image(1))
    expect(captures.get('b', 'card')).toEqual(image(2))
    expect(captures.get('b', 'portrait')).toBeUndefined()
    expect(captures.bytes()).toBe(30)
    captures.close()
  })

  it('are overwritten when they go: replaced, wiped one by one, all together, or at the end', () => {
    const captures = memoryCaptures({ clock: fakeClock() })
    const kept = (name: 'card' | 'portrait') => captures.get('a', name)
    captures.put('a', 'card', image(1))
    const first = kept('card')
    captures.put('a', 'card', image(2))
    expect(isZero(first)).toBe(true)
    const second = kept('card')
    captures.put('a', 'portrait', image(3))
    const portrait = kept('portrait')
    captures.wipe('a', 'card')
    expect([isZero(second), isZero(portrait)]).toEqual([true, false])
    captures.wipe('a')
    expect(isZero(portrait)).toBe(true)
    captures.put('a', 'card', image(4))
    const last = kept('card')
    captures.close()
    expect([isZero(last), captures.bytes()]).toEqual([true, 0])
  })

  it('go by themselves after a time', () => {
    const clock = fakeClock()
    const captures = memoryCaptures({ clock }, { maxBytes: 100, lifetimeMs: 1000 })
    captures.put('a', 'card', image(1))
    const bytes = captures.get('a', 'card')
    clock.later(600)
    captures.put('a', 'portrait', image(2))
    clock.later(999)
    expect(captures.get('a', 'card')).toBeDefined()
    clock.later(1)
    expect(captures.get('a', 'card')).toBeUndefined()
    expect([isZero(bytes), captures.bytes()]).toEqual([true, 0])
    captures.close()
  })

  it('take no more room than they may, and give it back', () => {
    const captures = memoryCaptures({ clock: fakeClock() }, { maxBytes: 25, lifetimeMs: 1000 })
    expect(captures.put('a', 'card', image(1))).toBe(true)
    expect(captures.put('b', 'card', image(1))).toBe(true)
    expect(captures.put('c', 'card', image(1))).toBe(false)
    expect(captures.get('c', 'card')).toBeUndefined()
    // One in place of another one needs only what it is larger by.
    expect(captures.put('a', 'card', image(2, 15))).toBe(true)
    captures.wipe('a')
    expect(captures.put('c', 'card', image(1))).toBe(true)
    captures.close()
  })
})
