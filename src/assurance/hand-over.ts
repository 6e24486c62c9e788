import { setTimeout as pause } from 'node:timers/promises'
import type { EventType } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'
import type { Limit } from '../ports/rate-limiter.ts'
import { Journey, type HandOver } from './journey.ts'
import type { Visit } from './level.ts'
import { isHandedOver } from './stage.ts'

type Needs = Pick<
  Ports,
  'artifacts' | 'clock' | 'events' | 'limiter' | 'random' | 'secrets' | 'steps'
>

export interface HandOverPolicy {
  /** The window's public address. */
  readonly issuer: string
  /** Seconds that an interaction is kept. */
  readonly ttlSeconds: number
}

/** From the code on the screen to the other device's yes. */
export const OFFER_SECONDS = 180
/** From its yes to the end of its right, whatever comes of it. */
export const DEVICE_SECONDS = 15 * 60
const OFFERS: Limit = { name: 'hand_over_offers', points: 10, seconds: 1800 }

/** A code: 256 bits, base64url. Under its digest the store keeps which interaction it leads to. */
const CODE = 'HandOver'
/** The secret of the device that took one; likewise. */
const DEVICE = 'HandOverDevice'
/** How often a taking looks again when the journey is being written. */
const LOOKS_MS = [20, 50, 100, 200, 400, 800]

/** Why a code leads nowhere. `used`: somebody has taken it already. */
export type NoWay = { readonly kind: 'used' } | { readonly kind: 'expired' }

export type Preview =
  { readonly kind: 'open'; readonly uid: string; readonly number: string } | NoWay
export type Taken = { readonly kind: 'taken'; readonly secret: string } | NoWay

/** The interaction that a device was let into, and the name by which the journey knows that device. */
export interface Entered {
  readonly uid: string
  readonly device: string
}

/** A step goes on on another device: an offer (a code to be scanned), one device that takes it, and the end of
 *  its right with the end of the step. The journey says who has the step; here is how a device comes to it. */
export function handOver(ports: Needs, { issuer, ttlSeconds }: HandOverPolicy) {
  const { artifacts, clock, events, limiter, random, secrets, steps } = ports

  const codeOf = (uid: string, { nonce }: HandOver) =>
    secrets.fingerprint(`${uid}:${nonce}`, 'hand_over')
  const deviceOf = (secret: string) => secrets.fingerprint(secret, 'hand_over_device')

  async function tell(
    type: EventType,
    visit: Pick<Visit, 'clientId' | 'subjectId' | 'requestId'>,
    step: string,
  ) {
    const { clientId, subjectId, requestId } = visit
    const about = { clientId, subjectId, requestId, detail: { method: step } }
    await events.record({ type, at: clock.now(), ...about })
  }

  /** Undefined: too many of them. */
  async function offer(visit: Visit, step: string): Promise<HandOver | undefined> {
    if (!(await limiter.take(OFFERS, visit.uid)).allowed) return undefined
    const made: HandOver = {
      step,
      nonce: Buffer.from(random.bytes(16)).toString('base64url'),
      number: random.digits(4),
      expiresAt: clock.now() + OFFER_SECONDS * 1000,
    }
    await artifacts.put(CODE, codeOf(visit.uid, made), { interaction: visit.uid }, OFFER_SECONDS)
    await tell('hand_over.offered', visit, step)
    return made
  }

  async function load(uid: string) {
    const stored = await steps.load(uid)
    return stored && { journey: Journey.parse(stored.value), version: stored.version }
  }

  /** The journey in which this very code may still be taken. */
  async function offered(code: string, uid: string) {
    const found = await load(uid)
    const made = found?.journey.handOver
    if (found === undefined || !isHandedOver(made) || codeOf(uid, made) !== code) return undefined
    const { open, refused, finished } = found.journey
    const isOpen = open?.step === made.step && refused === undefined && !finished
    const isFree = made.device === undefined && clock.now() < made.expiresAt
    return isOpen && isFree ? { ...found, made } : undefined
  }

  /** Looks without taking: whoever fetches an address to show what is behind it uses nothing up. */
  async function preview(code: string): Promise<Preview> {
    const known = await artifacts.get(CODE, code)
    if (known === undefined) return { kind: 'expired' }
    if (known['consumed'] !== undefined) return { kind: 'used' }
    const uid = String(known['interaction'])
    const found = await offered(code, uid)
    return found ? { kind: 'open', uid, number: found.made.number } : { kind: 'expired' }
  }

  /** For one device, whatever the number of devices at once. The secret is kept nowhere but there. */
  async function take(code: string, visit: Pick<Visit, 'clientId' | 'requestId'>): Promise<Taken> {
    const seen = await preview(code)
    if (seen.kind !== 'open') return seen
    if (!(await artifacts.consume(CODE, code))) return { kind: 'used' }
    const secret = Buffer.from(random.bytes(32)).toString('base64url')
    const taken = await write(code, seen.uid, deviceOf(secret))
    if (taken === undefined) return { kind: 'expired' }
    await tell('hand_over.taken', { ...visit, subjectId: taken.subjectId }, taken.step)
    await artifacts.put(DEVICE, secret, { interaction: seen.uid }, DEVICE_SECONDS)
    return { kind: 'taken', secret }
  }

  /** Into the journey, unless it has gone elsewhere; a turn that is under way is waited for. */
  async function write(code: string, uid: string, device: string) {
    for (const ms of LOOKS_MS) {
      const found = await offered(code, uid)
      if (found === undefined) return undefined
      const { journey, version, made } = found
      const isBusy = clock.now() < (journey.busyUntil ?? 0)
      const next = { ...journey, handOver: { ...made, device } }
      if (!isBusy && (await steps.save(uid, next, version, ttlSeconds))) {
        return { step: made.step, subjectId: journey.subjectId }
      }
      await pause(ms)
    }
    return undefined
  }

  async function enter(secret: string): Promise<Entered | undefined> {
    const known = await artifacts.get(DEVICE, secret)
    return known && { uid: String(known['interaction']), device: deviceOf(secret) }
  }

  /** How it ended for this device, when it has ended. */
  async function endOf({ uid, device }: Entered): Promise<HandOver['over']> {
    const made = (await load(uid))?.journey.handOver
    return made?.device === device ? made.over : undefined
  }

  return {
    offer,
    addressOf: (uid: string, made: HandOver) => `${issuer}/hand-over/${codeOf(uid, made)}`,
    preview,
    take,
    enter,
    endOf,
  }
}

export type HandOvers = ReturnType<typeof handOver>
