import { describe, expect, it } from '@jest/globals'
import { deliveryWatch } from '../../../adapters/sms/delivery.ts'
import type { DeliveryStatus } from '../../../src/ports/sms-gateway.ts'
import { fakeClock } from '../../support/fakes.ts'
import { until } from './inbox-gateways.ts'

function world(answers: readonly (DeliveryStatus | 'outage')[], atOnce = 10) {
  const clock = fakeClock()
  let asked = 0
  const gateway = {
    name: 'g',
    send: async () => 'refused' as const,
    async status(): Promise<DeliveryStatus> {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? 'unknown'
      asked += 1
      if (answer === 'outage') throw new Error('away')
      return answer
    },
  }
  const watch = deliveryWatch(
    new Map([['g', gateway]]),
    { clock },
    {
      failures: 1,
      pauseMs: 1000,
      delivery: { looksMs: [1, 1, 1], atOnce, askMs: 100 },
    },
  )
  return { clock, watch, asked: () => asked }
}
const receipt = { gateway: 'g', messageId: '1' }

describe('the watch over deliveries', () => {
  it.each([
    { answers: ['delivered'], looks: 1, isFailing: false },
    { answers: ['failed'], looks: 1, isFailing: true },
    { answers: ['pending', 'delivered'], looks: 2, isFailing: false },
    { answers: ['pending'], looks: 3, isFailing: true },
    { answers: ['unknown'], looks: 3, isFailing: false },
    { answers: ['outage'], looks: 3, isFailing: false },
  ] as const)('looks $looks times at $answers', async ({ answers, looks, isFailing }) => {
    const w = world(answers)
    w.watch.watch(receipt)
    await until(async () => w.watch.watched() === 0)
    expect(w.asked()).toBe(looks)
    expect(w.watch.isFailing('g')).toBe(isFailing)
  })

  it('lets a gateway be the first again after a while', async () => {
    const w = world(['failed'])
    w.watch.watch(receipt)
    await until(async () => w.watch.isFailing('g'))
    w.clock.later(1000)
    expect(w.watch.isFailing('g')).toBe(false)
  })

  it('watches a bounded number of messages', () => {
    const w = world(['pending'], 3)
    for (let i = 0; i < 50; i += 1) w.watch.watch(receipt)
    expect(w.watch.watched()).toBe(3)
  })
})
