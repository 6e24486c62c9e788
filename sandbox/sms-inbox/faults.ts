import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { bare, type Fate } from './messages.ts'

export const GATEWAYS = ['kavenegar', 'sms-ir', 'http'] as const
export type GatewayName = (typeof GATEWAYS)[number]

/** `POST /faults`: how a gateway behaves from now on. */
export const Fault = z.object({
  gateway: z.enum(GATEWAYS),
  /** `none`: well again; `down`: HTTP 503; `reject`: the gateway's own refusal of everything (no credit);
   *  `refuse`: it refuses the number; `slow`: after `seconds`; `hang`: never; `undelivered` and `pending`:
   *  it takes the message and says so when it is asked, and nobody gets it. */
  kind: z.enum(['none', 'down', 'reject', 'refuse', 'slow', 'hang', 'undelivered', 'pending']),
  seconds: z.number().min(0).max(60).default(10),
  /** Only for this number. */
  to: z.string().max(40).optional(),
})
export type Fault = z.infer<typeof Fault>

/** What a gateway does with one message. */
export type Treatment = 'down' | 'reject' | 'refuse' | Fate

const TREATMENTS: Readonly<Record<Fault['kind'], Treatment>> = {
  none: 'delivered',
  slow: 'delivered',
  hang: 'delivered',
  down: 'down',
  reject: 'reject',
  refuse: 'refuse',
  undelivered: 'failed',
  pending: 'pending',
}

/** The gateways' faults, one each, and how many requests each has under way. */
export function faultBoard() {
  const faults = new Map<GatewayName, Fault>()
  const under = new Map<GatewayName, number>()
  let closing = new AbortController()

  async function treat(gateway: GatewayName, to: string): Promise<Treatment> {
    const fault = faults.get(gateway)
    const isMeant = fault?.to === undefined || bare(fault.to) === bare(to)
    if (fault === undefined || !isMeant) return 'delivered'
    const { signal } = closing
    if (fault.kind === 'slow') await pause(fault.seconds * 1000, undefined, { signal })
    if (fault.kind === 'hang') await pause(24 * 3600 * 1000, undefined, { signal })
    return TREATMENTS[fault.kind]
  }

  return {
    set: (fault: Fault) => void faults.set(fault.gateway, fault),
    /** Counts the request while it is under way. */
    async treat(gateway: GatewayName, to: string): Promise<Treatment> {
      under.set(gateway, (under.get(gateway) ?? 0) + 1)
      try {
        return await treat(gateway, to)
      } finally {
        under.set(gateway, (under.get(gateway) ?? 0) - 1)
      }
    },
    load: () => Object.fromEntries(GATEWAYS.map((name) => [name, under.get(name) ?? 0])),
    /** Whatever hangs is let go. */
    close() {
      closing.abort()
      closing = new AbortController()
    },
  }
}

export type FaultBoard = ReturnType<typeof faultBoard>
