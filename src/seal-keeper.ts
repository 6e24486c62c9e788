import { repeating } from './delivery/repeating.ts'
import { UpstreamUnavailable } from './errors.ts'
import type { Ports } from './ports/index.ts'
import type { Seal, SealOwner } from './ports/seal-store.ts'
import type { SigningServices } from './ports/signing-services.ts'
import { bytesOf } from './signing/pades/sign.ts'
import { clientOf, sealCertificates, type Organization } from './signing/seals/seal-certificates.ts'
import { sealer } from './signing/seals/sealer.ts'

export interface SealSeen {
  readonly owner: SealOwner | 'all'
  /** `made`: enrolled or renewed. */
  readonly outcome: 'made' | 'failed'
  readonly cause?: unknown
}

export interface SealKeeper {
  /** Ends when what is being enrolled just now is, or has failed. */
  settled(): Promise<void>
  start(): void
  stop(): Promise<void>
}

const LOOK_EVERY = 60_000
const LONGEST_WAIT = 15 * 60_000

type Needs = Pick<Ports, 'clients' | 'clock' | 'random' | 'seals'> & {
  readonly signing: SigningServices
}

/** Sees to it that the window has its seal, renews seals before they end, revokes those of clients that are gone, and
 *  tells the authority later of what was revoked while it was away. `window`: whose name the window's own bears; absent:
 *  it has none. */
export function sealKeeper(
  { signing, clients, ...ports }: Needs,
  {
    window,
    observe,
  }: { readonly window?: Organization; readonly observe?: (seen: SealSeen) => void },
): SealKeeper {
  const { clock, seals } = ports
  const { create, renewDue, revoke, withdrawOutstanding } = sealCertificates({
    ...ports,
    ...signing,
  })

  /** What failed last time waits: an authority that issues what it should not would do so every minute. */
  const waiting = new Map<SealSeen['owner'], { readonly until: number; readonly ms: number }>()

  async function watched(owner: SealSeen['owner'], step: () => Promise<unknown>): Promise<void> {
    const { until, ms } = waiting.get(owner) ?? { until: 0, ms: LOOK_EVERY / 4 }
    if (clock.now() < until) return
    try {
      if ((await step()) !== undefined) observe?.({ owner, outcome: 'made' })
      waiting.delete(owner)
    } catch (cause) {
      const longer = Math.min(2 * ms, LONGEST_WAIT)
      waiting.set(owner, { until: clock.now() + longer, ms: longer })
      observe?.({ owner, outcome: 'failed', cause })
    }
  }

  async function ensureWindow(organization: Organization): Promise<Seal | undefined> {
    const known = await seals.inForce('window')
    if (known && isOf(known, organization) && !renewDue(known)) return undefined
    return create('window', organization, { replaces: known, actor: 'window' })
  }

  /** A client that is gone leaves no seal to the next one of its name. */
  async function tend(seal: Seal, clientId: string): Promise<Seal | undefined> {
    const { owner, organization } = seal
    if ((await clients.find(clientId)) === undefined) {
      await revoke(seal, 'cessation_of_operation', 'window')
      return undefined
    }
    return renewDue(seal)
      ? create(owner, organization, { replaces: seal, actor: 'window' })
      : undefined
  }

  async function tendClients(): Promise<void> {
    for (const seal of await seals.list('in_force')) {
      const clientId = clientOf(seal.owner)
      if (clientId === undefined) continue
      await watched(seal.owner, () => tend(seal, clientId))
    }
  }

  async function lookOnce(): Promise<void> {
    if (window !== undefined) await watched('window', () => ensureWindow(window))
    await watched('all', tendClients)
    await watched('all', withdrawOutstanding)
  }

  const { start, look, settled, stop } = repeating(LOOK_EVERY, lookOnce)
  return {
    settled,
    start() {
      start()
      look()
    },
    stop,
  }
}

/** Puts the window's own seal on what it says. Throws `UpstreamUnavailable` as long as it has none. */
export function windowSeal(
  { signing, clock, events, random, seals }: Omit<Needs, 'clients'> & Pick<Ports, 'events'>,
  { settled }: Pick<SealKeeper, 'settled'>,
): (report: Uint8Array) => Promise<Buffer> {
  const { sealBest } = sealer({ signing, clock, random, seals })
  async function sealed(report: Uint8Array): Promise<Buffer> {
    const first = await sealBest('window', report)
    // Just after the start it may be on its way.
    if (first === 'no_seal') await settled()
    const second = first === 'no_seal' ? await sealBest('window', report) : first
    if (second === 'no_seal') throw new UpstreamUnavailable('seal', 'the window has none yet')
    return bytesOf(second.pdf)
  }
  return (report) =>
    sealed(report).catch((error: unknown) => {
      events.enqueue({ type: 'seal.failed', at: clock.now(), detail: { owner: 'window' } })
      throw error
    })
}

const isOf = ({ organization }: Seal, { name, identifier }: Organization): boolean =>
  organization.name === name && organization.identifier === identifier
