import { describe, expect, it } from '@jest/globals'
import { answerCache } from '../../../adapters/registry/cache.ts'
import { registryGuard } from '../../../adapters/registry/guard.ts'
import { quotaBook } from '../../../adapters/registry/quota.ts'
import { requestIds } from '../../../adapters/registry/request-id.ts'
import { GuardSettings } from '../../../adapters/registry/settings.ts'
import { Unanswered } from '../../../adapters/registry/unanswered.ts'
import type { RegistryAnswer } from '../../../src/ports/registry-answer.ts'
import { fakeClock, fakeRandom } from '../../support/fakes.ts'

const YES: RegistryAnswer = {
  kind: 'match',
  found: true,
  receipt: { verifier: 'v/1', requestId: '1', at: 0, answerHash: 'h' },
}
const settings = (more: object = {}) => GuardSettings.parse({ cacheSeconds: 0, ...more })

function guarded(more: object = {}) {
  const clock = fakeClock(Date.parse('2026-11-24T12:00:00Z'))
  const guard = registryGuard('civil', { clock, random: fakeRandom }, settings(more))
  let tries = 0
  return {
    clock,
    tries: () => tries,
    ask: (attempt: (signal: AbortSignal) => Promise<RegistryAnswer>, text?: string) =>
      guard.ask({
        text,
        attempt: (signal) => {
          tries += 1
          return attempt(signal)
        },
      }),
    guard,
  }
}
const down = () => Promise.reject(new Unanswered('unavailable'))

describe('the guard before a registry', () => {
  it('asks once more where that is of use, and only there', async () => {
    const one = guarded()
    await one.ask(() => Promise.reject(new Unanswered('unavailable', true)))
    expect(one.tries()).toBe(2)
    const other = guarded()
    await other.ask(() => Promise.reject(new Unanswered('malformed')))
    expect(other.tries()).toBe(1)
  })

  it('leaves a failing registry alone, and says until when', async () => {
    const { ask, tries, clock } = guarded({ failures: 3, pauseMs: 60_000 })
    for (let turn = 0; turn < 3; turn += 1) await ask(down)
    expect(tries()).toBe(3)
    expect(await ask(async () => YES)).toEqual({
      kind: 'indeterminate',
      reason: 'unavailable',
      retryAt: clock.now() + 60_000,
    })
    expect(tries()).toBe(3)
  })

  it('comes back to it after a while', async () => {
    const { ask } = guarded({ failures: 1, pauseMs: 100 })
    await ask(down)
    expect(await ask(async () => YES)).toMatchObject({ kind: 'indeterminate' })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(await ask(async () => YES)).toEqual(YES)
  })

  it('lets so many ask at once and no more: a registry that hangs takes nothing else with it', async () => {
    const { ask } = guarded({ atOnce: 3 })
    const { promise, resolve } = Promise.withResolvers<RegistryAnswer>()
    const waiting = Array.from({ length: 3 }, () => ask(() => promise))
    expect(await ask(async () => YES)).toEqual({ kind: 'indeterminate', reason: 'overloaded' })
    resolve(YES)
    expect(await Promise.all(waiting)).toEqual([YES, YES, YES])
    expect(await ask(async () => YES)).toEqual(YES)
  })

  it('does not wait for ever, and lets go of the call', async () => {
    const { ask } = guarded({ eachMs: 100, totalMs: 150 })
    let isLetGo = false
    const answer = await ask(
      (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (isLetGo = true))
        }),
    )
    expect(answer).toEqual({ kind: 'indeterminate', reason: 'timeout' })
    expect(isLetGo).toBe(true)
  })

  it('remembers a yes or a no for its time, and what is neither not at all', async () => {
    const { ask, tries, clock } = guarded({ cacheSeconds: 60, failures: 1000 })
    await ask(down, 'question')
    await ask(async () => YES, 'question')
    await ask(async () => YES, 'question')
    expect(tries()).toBe(2)
    await ask(async () => YES, 'another')
    expect(tries()).toBe(3)
    clock.later(60_001)
    await ask(async () => YES, 'question')
    expect(tries()).toBe(4)
  })

  it('throws what is a fault of ours', async () => {
    const { ask } = guarded()
    await expect(ask(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
  })
})

describe('the quota', () => {
  const HOUR = 3_600_000
  const at = Date.parse('2026-11-24T12:10:00Z')

  it('stops us at the agreed number, less the reserve, until Tehran’s hour turns', () => {
    const clock = fakeClock(at)
    const book = quotaBook({ clock }, settings({ quota: { hourly: 100 }, reserve: 10 }))
    book.note({ hourly: 89 })
    expect(book.exhaustedUntil()).toBeUndefined()
    book.note({ hourly: 90 })
    // 15:40 in Tehran: the next hour begins at 16:00, which is 12:30 UTC.
    expect(book.exhaustedUntil()).toBe(Date.parse('2026-11-24T12:30:00Z'))
    clock.later(20 * 60_000)
    expect(book.exhaustedUntil()).toBeUndefined()
  })

  it('knows the day and the month of Tehran', () => {
    const clock = fakeClock(at)
    const book = quotaBook({ clock }, settings({ quota: { daily: 10, monthly: 1000 } }))
    book.note({ daily: 10, monthly: 10 })
    expect(book.exhaustedUntil()).toBe(Date.parse('2026-11-24T20:30:00Z'))
    clock.later(9 * HOUR)
    expect(book.exhaustedUntil()).toBeUndefined()
    book.note({ monthly: 1000 })
    expect(book.exhaustedUntil()).toBe(Date.parse('2026-11-25T20:30:00Z'))
    clock.later(31 * 24 * HOUR)
    expect(book.exhaustedUntil()).toBeUndefined()
  })

  it('is nothing that we invent: what the registry does not say is not counted', () => {
    const book = quotaBook({ clock: fakeClock(at) }, settings({ quota: { hourly: 1 } }))
    book.note({})
    expect(book.exhaustedUntil()).toBeUndefined()
    expect(book.used()).toEqual({})
  })
})

describe('the memory of answers', () => {
  it('is bounded, and forgets the oldest first', () => {
    const cache = answerCache<number>({ clock: fakeClock(), random: fakeRandom }, 60)
    for (let n = 0; n < 10_050; n += 1) cache.keep(`q${n}`, n)
    expect(cache.size()).toBe(10_000)
    expect(cache.find('q0')).toBeUndefined()
    expect(cache.find('q10049')).toBe(10_049)
  })

  it('may be switched off', () => {
    const cache = answerCache<number>({ clock: fakeClock(), random: fakeRandom }, 0)
    cache.keep('q', 1)
    expect(cache.find('q')).toBeUndefined()
  })
})

describe("a request's id", () => {
  it('is 24 digits: provider, second in Tehran, and a lot', () => {
    const clock = fakeClock(Date.parse('2025-03-20T20:31:05Z'))
    const next = requestIds(
      { clock, random: fakeRandom },
      { providerCode: '0785', timeZone: 'Asia/Tehran' },
    )
    expect(next()).toMatch(/^078520250321000105\d{6}$/)
  })

  it('is never the same twice', () => {
    const clock = fakeClock()
    const next = requestIds(
      { clock, random: fakeRandom },
      { providerCode: '0000', timeZone: 'UTC' },
    )
    const ids = new Set<string>()
    for (let n = 0; n < 20_000; n += 1) ids.add(next())
    expect(ids.size).toBe(20_000)
  })
})
