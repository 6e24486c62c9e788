import { describe, expect, it } from '@jest/globals'
import { gate, sharedGate } from '../../../src/extensions/signing-service/gate.ts'
import { fakeClock } from '../../support/fakes.ts'

const entered = (door: ReturnType<typeof gate>, key: string, times: number) =>
  Array.from({ length: times }, () => door.enter(key)).filter((leave) => leave !== undefined)

describe('a gate that is shared', () => {
  it('is whole for who is alone', () => {
    const door = sharedGate(20, () => 0)
    expect(entered(door, 'one', 25)).toHaveLength(20)
  })

  it('gives a newcomer its part as soon as places become free', () => {
    const clock = fakeClock(0)
    const door = sharedGate(4, clock.now)
    const [first, second, ...rest] = entered(door, 'one', 4)
    expect(door.enter('two')).toBeUndefined()
    first?.()
    // The newcomer waits, so that the other one may not have more than its half again.
    expect(door.enter('one')).toBeUndefined()
    expect(entered(door, 'two', 2)).toHaveLength(1)
    second?.()
    expect(entered(door, 'two', 2)).toHaveLength(1)
    for (const leave of rest) leave()
    expect(entered(door, 'one', 5)).toHaveLength(2)
  })

  it('forgets who has not come again', () => {
    const clock = fakeClock(0)
    const door = sharedGate(4, clock.now)
    const [first] = entered(door, 'one', 4)
    expect(door.enter('two')).toBeUndefined()
    clock.later(10_000)
    first?.()
    expect(door.enter('one')).toBeDefined()
  })
})

describe('a gate', () => {
  it('bounds all, and each', () => {
    const door = gate(3, 2)
    expect(entered(door, 'one', 5)).toHaveLength(2)
    expect(entered(door, 'two', 5)).toHaveLength(1)
  })
})
