import type { Clock } from '../../src/ports/clock.ts'
import type { DeliveryStatus, SmsGateway, SmsReceipt } from '../../src/ports/sms-gateway.ts'

export interface DeliveryPolicy {
  /** Waits before each look at a message; after the last one it counts as undelivered. */
  readonly looksMs: readonly number[]
  /** Messages watched at once. At the busiest hour this is a sample, and enough to see a fault by. */
  readonly atOnce: number
  /** How long a repeated message waits for word of the first. */
  readonly askMs: number
}

export const DELIVERY: DeliveryPolicy = {
  looksMs: [5_000, 10_000, 20_000, 40_000],
  atOnce: 500,
  askMs: 1_000,
}

interface WatchPolicy {
  readonly failures: number
  readonly pauseMs: number
  readonly delivery: DeliveryPolicy
}

const OUTCOMES: Readonly<Record<DeliveryStatus, boolean | undefined>> = {
  delivered: true,
  failed: false,
  pending: undefined,
  unknown: undefined,
}

/** Looks what became of messages, beside the answer to the citizen: a gateway that takes messages and does
 *  not deliver them is failing, too. */
export function deliveryWatch(
  gateways: ReadonlyMap<string, SmsGateway>,
  { clock }: { readonly clock: Clock },
  { failures, pauseMs, delivery }: WatchPolicy,
) {
  const records = new Map<string, { lost: number; until: number }>()
  let watched = 0

  function record(gateway: string, isDelivered: boolean): void {
    const lost = isDelivered ? 0 : (records.get(gateway)?.lost ?? 0) + 1
    const until = lost >= failures ? clock.now() + pauseMs : 0
    records.set(gateway, { lost, until })
  }

  async function statusOf({ gateway, messageId }: SmsReceipt): Promise<DeliveryStatus> {
    try {
      const signal = AbortSignal.timeout(delivery.askMs)
      return (await gateways.get(gateway)?.status(messageId, signal)) ?? 'unknown'
    } catch {
      return 'unknown'
    }
  }

  async function follow(receipt: SmsReceipt): Promise<void> {
    let status: DeliveryStatus = 'unknown'
    for (const ms of delivery.looksMs) {
      await quietPause(ms)
      status = await statusOf(receipt)
      const outcome = OUTCOMES[status]
      if (outcome !== undefined) return record(receipt.gateway, outcome)
    }
    // Still under way when its code is dead: of no use. A gateway that knows nothing is not blamed.
    if (status === 'pending') record(receipt.gateway, false)
  }

  return {
    watch(receipt: SmsReceipt): void {
      if (watched >= delivery.atOnce) return
      watched += 1
      void follow(receipt).finally(() => (watched -= 1))
    },
    /** Did so many in a row not arrive that others are to be tried first? */
    isFailing: (gateway: string): boolean => (records.get(gateway)?.until ?? 0) > clock.now(),
    hasArrived: async (receipt: SmsReceipt): Promise<boolean> =>
      (await statusOf(receipt)) === 'delivered',
    /** Under watch now. */
    watched: (): number => watched,
  }
}

/** Does not keep the process alive. */
function quietPause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref())
}
