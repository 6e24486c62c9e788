import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

export const SERVICES = ['tsa', 'tsa2', 'ocsp', 'crl', 'est'] as const
export type ServiceName = (typeof SERVICES)[number]

export const FAULTS = [
  'none',
  'slow',
  'hang',
  'down',
  'malformed',
  'huge',
  'rejected',
  'wrong_nonce',
  'wrong_imprint',
  'wrong_certificate',
  'past',
  'expired',
  'unauthorized',
  'try_later',
  'unknown',
  'revoked',
  'pending',
] as const
export type FaultKind = (typeof FAULTS)[number]

/** `POST /faults`: how a service behaves from now on. */
export const Fault = z.object({
  service: z.enum([...SERVICES, 'all']),
  /** `slow`: after `seconds`; `hang`: never; `down`: HTTP 503; `malformed`: bytes that are nothing; `huge`: more
   *  bytes than anybody should take. Of time stamps: `rejected`, `wrong_nonce`, `wrong_imprint`,
   *  `wrong_certificate` (not for stamping), `past` (a year ago). Of OCSP: `expired` (of the day before
   *  yesterday; also of CRLs), `unauthorized` (signed by somebody else), `try_later`, `unknown`, `revoked`. Of
   *  enrolment: `pending` (HTTP 202 twice, then the certificate), `rejected` (HTTP 403). */
  kind: z.enum(FAULTS),
  seconds: z.number().min(0).max(60).default(10),
})
export type Fault = z.infer<typeof Fault>

/** The services' faults, one each, and how often each was asked. */
export function faultBoard() {
  const faults = new Map<ServiceName, Fault>()
  const calls = new Map<ServiceName, number>()
  let closing = new AbortController()
  return {
    set(fault: Fault): void {
      for (const service of fault.service === 'all' ? SERVICES : [fault.service]) {
        faults.set(service, fault)
      }
    },
    reset(): void {
      faults.clear()
      calls.clear()
    },
    of: (service: ServiceName): FaultKind => faults.get(service)?.kind ?? 'none',
    calls: () => Object.fromEntries(SERVICES.map((name) => [name, calls.get(name) ?? 0])),
    /** Counts the call, waits as the fault says, and tells what to do then. */
    async meet(service: ServiceName): Promise<FaultKind> {
      calls.set(service, (calls.get(service) ?? 0) + 1)
      const fault = faults.get(service)
      if (fault === undefined) return 'none'
      const { signal } = closing
      if (fault.kind === 'slow') await pause(fault.seconds * 1000, undefined, { signal })
      if (fault.kind === 'hang') await pause(24 * 3600 * 1000, undefined, { signal })
      return fault.kind
    },
    /** Whatever hangs is let go. */
    close(): void {
      closing.abort()
      closing = new AbortController()
    },
  }
}

export type FaultBoard = ReturnType<typeof faultBoard>
