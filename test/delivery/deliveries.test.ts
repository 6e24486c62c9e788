import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { deliveries, nextTry } from '../../src/delivery/deliveries.ts'
import { repeating } from '../../src/delivery/repeating.ts'

const NEVER = 1_000_000

describe('what is done again and again', () => {
  it('is never done twice at the same time, and is waited for at the end', async () => {
    let [begun, ended] = [0, 0]
    let finish: () => void = () => undefined
    const work = repeating(NEVER, async () => {
      begun += 1
      await new Promise<void>((settle) => (finish = settle))
      ended += 1
    })
    work.start()
    work.look()
    work.look()
    await turn()
    expect(begun).toBe(1)
    const stopped = work.stop()
    finish()
    await stopped
    expect([begun, ended]).toEqual([1, 1])
  })

  it('is done again after it has failed', async () => {
    let tries = 0
    const work = repeating(NEVER, () => {
      tries += 1
      return Promise.reject(new Error('away'))
    })
    for (const _ of [1, 2]) {
      work.look()
      await work.settled()
    }
    expect(tries).toBe(2)
  })
})

describe('deliveries', () => {
  const clock = { now: () => 5000 }

  it('go on until nothing is due, past those that fail, with a lease on each', async () => {
    const due = Array.from({ length: 45 }, (_, index) => index)
    const [told, leases]: [number[], number[]] = [[], []]
    const all = deliveries<number>({
      take: (most, until) => {
        leases.push(until)
        return Promise.resolve(due.splice(0, most))
      },
      tell(notice) {
        told.push(notice)
        return notice % 2 === 0 ? Promise.resolve() : Promise.reject(new Error('away'))
      },
      before: () => Promise.reject(new Error('held up')),
      clock,
      leaseMs: 100,
      lookEvery: NEVER,
    })
    all.start()
    all.look()
    await all.settled()
    await all.stop()
    expect(told).toHaveLength(45)
    expect(leases).toEqual([5100, 5100, 5100])
  })

  it.each([
    [0, 5000, 6000],
    [1, 5000, 7000],
    [9, 5000, 7000],
    [0, 14_500, 15_000],
    [0, 15_000, undefined],
  ])('after %d tries in vain at %d ms come again at %s', (tries, now, at) => {
    const schedule = { waits: [1000, 2000], giveUpAfter: 10_000, lookEvery: NEVER }
    expect(nextTry(schedule, { since: 5000, tries }, now)).toBe(at)
  })
})
