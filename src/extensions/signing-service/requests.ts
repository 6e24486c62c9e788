import { INTENDED_SIGNER } from '../../identity/intended-signer.ts'
import type { ServiceEvent } from '../../ports/event-sink.ts'
import type { RequestedSigner, SignatureRequest } from '../../ports/signature-request-store.ts'
import type { ServiceLimits, SigningServiceNeeds } from './needs.ts'
import { isProblem, problem, type Problem } from './problem.ts'
import { isWebhook } from './webhook-address.ts'
import type { Listing } from './listing.ts'
import type { AgencySeals } from './seals.ts'
import type { NewRequest } from './wire.ts'

/** Uploads to one request at the same time are in each other's way: each tries again. */
const TRIES = 60

type Change = { readonly request: SignatureRequest; readonly events: readonly ServiceEvent[] }

/** What may be done with a request, and by whom. */
export function requests(
  needs: SigningServiceNeeds,
  { limits, seals }: { readonly limits: ServiceLimits; readonly seals: AgencySeals },
) {
  const { clock, random, limiter, signatureRequests: store } = needs.ports

  function event(
    type: ServiceEvent['type'],
    { id, clientId }: Pick<SignatureRequest, 'id' | 'clientId'>,
    detail: ServiceEvent['detail'] = {},
  ): ServiceEvent {
    return { type, at: clock.now(), clientId, detail: { request: id, ...detail } }
  }

  async function create(clientId: string, asked: NewRequest): Promise<SignatureRequest | Problem> {
    const busy = await tooMany(clientId)
    if (busy) return busy
    const life = asked.expires_in ?? limits.usualLife
    if (life > limits.longestLife)
      return problem('invalid_request', `expires_in: at most ${limits.longestLife}`)
    const { webhook } = asked
    if (webhook !== undefined && !isWebhook(webhook, needs.allowInside))
      return problem('invalid_webhook')
    const unsealed = asked.seal && (await seals.missing(clientId))
    if (unsealed) return unsealed
    const signers = await signersOf(clientId, asked.signers)
    if (isProblem(signers)) return signers
    const now = clock.now()
    const { purpose, profile, appearance, seal } = asked
    const request = {
      ...{ id: random.uuid(), clientId, state: 'open' as const, documents: [], signers },
      ...{ purpose: purpose.normalize('NFC'), profile, webhook },
      ...{ appearance: appearance && defined(appearance) },
      seal: seal && {
        order: seal.order,
        ...(seal.appearance && { appearance: defined(seal.appearance) }),
      },
      ...{ createdAt: now, expiresAt: now + life * 1000 },
    }
    await store.add(request, [event('signature_request.created', request, { profile })])
    return { ...request, version: 1 }
  }

  async function tooMany(
    clientId: string,
    name = 'signature_requests',
    points = limits.requestsPerMinute,
  ): Promise<Problem | undefined> {
    const limit = { name, points, seconds: 60 }
    const { allowed, retryAfterSeconds } = await limiter.take(limit, clientId)
    return allowed ? undefined : { problem: 'too_many_requests', retryAfterSeconds }
  }

  async function signersOf(clientId: string, asked: NewRequest['signers']) {
    const found = await Promise.all(asked.map((one) => signerOf(clientId, one)))
    const index = found.indexOf(undefined)
    if (index >= 0) return problem('unknown_signer', `signers.${index}`)
    const signers = found.filter((one) => one !== undefined)
    const named = signers.flatMap((one) => one.subjectId ?? one.nationalIdHash ?? [])
    if (new Set(named).size < named.length) return problem('invalid_request', 'signers: one twice')
    return signers
  }

  /** Undefined: there is nobody of that name. */
  async function signerOf(
    clientId: string,
    { sub, national_id: nationalId }: NewRequest['signers'][number],
  ): Promise<RequestedSigner | undefined> {
    // Whether the window knows that person is not said: an agency may name whom it wants.
    if (nationalId !== undefined)
      return { nationalIdHash: needs.ports.secrets.fingerprint(nationalId, INTENDED_SIGNER) }
    if (sub === undefined) return {}
    const subjectId = await needs.subjects.resolve(clientId, sub)
    if (subjectId === undefined) return undefined
    const subject = await needs.ports.subjects.find(subjectId)
    return subject?.status === 'active' ? { subjectId } : undefined
  }

  /** A page of them, newest first; `next`: what the next page begins after. */
  async function list(clientId: string, { state, after, limit }: Listing) {
    const busy = await tooMany(clientId, 'signature_request_lists', limits.listsPerMinute)
    if (busy) return busy
    const found = await store.ofClient({ clientId, state, after, most: limit + 1 })
    const page = found.slice(0, limit)
    return { page, next: found.length > limit ? page.at(-1) : undefined }
  }

  /** Another client's request is not there. One whose time is over has expired, whoever says it first. */
  async function own(clientId: string, id: string): Promise<SignatureRequest | Problem> {
    const found = UUID.test(id) ? await store.find(id) : undefined
    if (found?.clientId !== clientId) return problem('not_found')
    return (await expired(found)) ?? found
  }

  async function expired(request: SignatureRequest): Promise<SignatureRequest | undefined> {
    const isWaiting = request.state === 'open' || request.state === 'ready'
    if (!isWaiting || clock.now() < request.expiresAt) return undefined
    const saved = await store.save({ ...request, state: 'expired' }, [
      event('signature_request.expired', request),
    ])
    return saved ?? (await store.find(request.id))
  }

  /** Reads, changes and saves until nobody was faster. */
  async function change(
    clientId: string,
    id: string,
    make: (request: SignatureRequest) => Change | Problem,
  ): Promise<SignatureRequest | Problem> {
    for (let left = TRIES; left > 0; left--) {
      const request = await own(clientId, id)
      if (isProblem(request)) return request
      const changed = make(request)
      if (isProblem(changed)) return changed
      const saved = await store.save(changed.request, changed.events)
      if (saved !== undefined) return saved
    }
    return problem('busy')
  }

  const ready = (clientId: string, id: string) =>
    change(clientId, id, (request) => {
      if (request.state !== 'open') return problem('wrong_state', request.state)
      if (request.documents.length === 0) return problem('no_documents')
      const detail = { documents: request.documents.length, signers: request.signers.length }
      return {
        request: { ...request, state: 'ready' },
        events: [event('signature_request.readied', request, detail)],
      }
    })

  const cancel = (clientId: string, id: string) =>
    change(clientId, id, (request) => {
      const isWaiting = request.state === 'open' || request.state === 'ready'
      if (!isWaiting) return problem('wrong_state', request.state)
      return {
        request: { ...request, state: 'cancelled' },
        events: [event('signature_request.cancelled', request)],
      }
    })

  return { create, list, own, change, ready, cancel, event }
}

export type Requests = ReturnType<typeof requests>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function defined(given: Readonly<Record<string, string | number | boolean | undefined>>) {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )
}
