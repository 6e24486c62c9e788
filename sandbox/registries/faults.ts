import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

export const SERVICES = [
  'shahkar',
  'civil',
  'foreigners',
  'legal_entities',
  'post_codes',
  'u-id',
] as const
export type ServiceName = (typeof SERVICES)[number]

export const FAULTS = [
  'none',
  'slow',
  'hang',
  'down',
  'flapping',
  'quota',
  'maintenance',
  'malformed',
  'wrong_type',
  'duplicate',
  'other_request',
  'unknown_code',
  'unauthorized',
] as const

/** `POST /faults`: how a registry behaves from now on. */
export const Fault = z.object({
  service: z.enum([...SERVICES, 'all']),
  /** `slow`: after `seconds`; `hang`: never; `down`: HTTP 503; `flapping`: down every other time; `quota` and
   *  `maintenance` (until `until`): said in the envelope; `malformed`: an answer that is not JSON;
   *  `wrong_type`: the code as text; `duplicate`: as if the request's id had been used; `other_request`: the
   *  answer to another request; `unknown_code`; `unauthorized`. */
  kind: z.enum(FAULTS),
  seconds: z.number().min(0).max(60).default(10),
  until: z.iso.datetime({ offset: true }).optional(),
})
export type Fault = z.infer<typeof Fault>

/** The registries' faults, one each, and how often each was asked. */
export function faultBoard() {
  const faults = new Map<ServiceName, Fault>()
  const calls = new Map<ServiceName, { total: number; under: number; most: number }>()
  let closing = new AbortController()
  const counted = (service: ServiceName) => calls.get(service) ?? { total: 0, under: 0, most: 0 }

  return {
    set(fault: Fault): void {
      const meant = fault.service === 'all' ? SERVICES : [fault.service]
      for (const service of meant) faults.set(service, fault)
    },
    reset(): void {
      faults.clear()
      calls.clear()
    },
    of: (service: ServiceName): Fault['kind'] => faults.get(service)?.kind ?? 'none',
    calls: () => Object.fromEntries(SERVICES.map((name) => [name, counted(name)])),
    /** Counts a call while it is under way; waits as the fault says and tells what to do then. */
    async during(service: ServiceName, answer: (fault: Fault | undefined) => void): Promise<void> {
      const { total, under, most } = counted(service)
      calls.set(service, { total: total + 1, under: under + 1, most: Math.max(most, under + 1) })
      try {
        const fault = faults.get(service)
        const { signal } = closing
        if (fault?.kind === 'slow') await pause(fault.seconds * 1000, undefined, { signal })
        if (fault?.kind === 'hang') await pause(24 * 3600 * 1000, undefined, { signal })
        const isUp = fault?.kind === 'flapping' && total % 2 === 1
        answer(isUp ? undefined : fault)
      } finally {
        const now = counted(service)
        calls.set(service, { ...now, under: Math.max(0, now.under - 1) })
      }
    },
    /** Whatever hangs is let go. */
    close(): void {
      closing.abort()
      closing = new AbortController()
    },
  }
}

export type FaultBoard = ReturnType<typeof faultBoard>
