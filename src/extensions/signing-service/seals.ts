import { z } from 'zod'
import type { StoredDocument } from '../../ports/document-store.ts'
import type { ServiceEvent } from '../../ports/event-sink.ts'
import {
  SIGNATURE_PROFILES,
  type SignatureProfile,
  type SignatureRequest,
} from '../../ports/signature-request-store.ts'
import { PdfRefused } from '../../signing/pdf/refused.ts'
import { sealPlace, type AskedAppearance } from '../../signing/seals/seal-appearance.ts'
import { ownerOf } from '../../signing/seals/seal-certificates.ts'
import { isAway } from '../../signing/seals/sealer.ts'
import type { ServiceLimits, SigningServiceNeeds } from './needs.ts'
import { isProblem, problem, type Problem } from './problem.ts'
import { LONGEST_KEPT_MS } from './retention.ts'
import { Appearance } from './wire.ts'

/** `POST /signing/v1/seals?profile=…` */
export const AskedSeal = z.strictObject({
  profile: z.enum(SIGNATURE_PROFILES).default('B-LTA'),
  /** JSON: where the seal is seen. */
  appearance: z
    .string()
    .max(2000)
    .transform((text, made) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        made.addIssue('no JSON')
        return z.NEVER
      }
    })
    .pipe(Appearance)
    .optional(),
})

interface Sealing {
  readonly clientId: string
  readonly profile: SignatureProfile
  readonly appearance?: AskedAppearance
  /** Of the sealed copy; milliseconds since the epoch. */
  readonly expiresAt: number
  readonly request?: string
}

const AWAY_SECONDS = 30

/** Agencies' seals: on what they upload for signers, and on documents that nobody signs. */
export function agencySeals(needs: SigningServiceNeeds, limits: ServiceLimits) {
  const { clock, documents, events, limiter } = needs.ports

  function event({ clientId, profile, request }: Sealing, { sha256, size }: StoredDocument) {
    const detail = { profile, size, sha256, ...(request === undefined ? {} : { request }) }
    return { type: 'seal.made', at: clock.now(), clientId, detail } satisfies ServiceEvent
  }

  /** Counted, and seen by the operator; the agency is told, and comes again. */
  function failed({ clientId, request }: Sealing): void {
    const detail: ServiceEvent['detail'] = request === undefined ? {} : { request }
    events.enqueue({ type: 'seal.failed', at: clock.now(), clientId, detail })
  }

  /** What nobody could be told of is not there. */
  async function noted(sealing: Sealing, copy: StoredDocument): Promise<StoredDocument> {
    try {
      await events.record(event(sealing, copy))
      return copy
    } catch (error) {
      await documents.remove(copy.id)
      throw error
    }
  }

  /** A copy of it under the seal, in the store. */
  async function sealed(
    { id }: StoredDocument,
    sealing: Sealing,
  ): Promise<StoredDocument | Problem> {
    const { clientId, profile, appearance, expiresAt } = sealing
    const opened = await documents.open(id)
    if (opened === undefined) return problem('not_found')
    try {
      const made = await needs.seals?.seal(ownerOf(clientId), opened, {
        profile,
        ...sealPlace(appearance),
      })
      if (made === undefined || made === 'no_seal') return problem('no_seal')
      const { whole, size } = made.pdf
      const limit = { maxBytes: size, expiresAt }
      const copy = await documents.put(piecesOf(whole.pieces(0, size)), limit)
      if (copy === 'too_large') throw new RangeError('what is kept is as large as it is')
      return await noted(sealing, copy)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal.problem === 'seal_away') failed(sealing)
      return refusal
    } finally {
      await opened.close()
    }
  }

  return {
    /** Why this client cannot seal now. */
    async missing(clientId: string): Promise<Problem | undefined> {
      const has = await needs.seals?.has(ownerOf(clientId))
      return has ? undefined : problem('no_seal')
    },

    async tooMany(clientId: string): Promise<Problem | undefined> {
      const limit = { name: 'seals', points: limits.sealsPerMinute, seconds: 60 }
      const { allowed, retryAfterSeconds } = await limiter.take(limit, clientId)
      return allowed ? undefined : { problem: 'too_many_requests', retryAfterSeconds }
    },

    sealed,

    /** Hands on what arrived, or the sealed copy instead where the request wants it: one of both stays. */
    async before<Kept extends object>(
      { id, clientId, profile, expiresAt: end, seal }: SignatureRequest,
      document: StoredDocument,
      take: (kept: StoredDocument) => Promise<Kept | Problem>,
    ): Promise<Kept | Problem> {
      if (seal?.order !== 'before') return take(document)
      const expiresAt = end + LONGEST_KEPT_MS
      const copy = await sealed(document, {
        ...{ clientId, profile, expiresAt, request: id },
        appearance: seal.appearance,
      })
      if (isProblem(copy)) return copy
      const taken = await take(copy).catch(async (error: unknown) => {
        await documents.remove(copy.id)
        throw error
      })
      await documents.remove(isProblem(taken) ? copy.id : document.id)
      return taken
    },
  }
}

export type AgencySeals = ReturnType<typeof agencySeals>

function refusalOf(error: unknown): Problem {
  if (error instanceof PdfRefused) {
    const { code, where } = error
    return { problem: 'document_refused', more: { reason: code, where } }
  }
  if (isAway(error)) return { problem: 'seal_away', retryAfterSeconds: AWAY_SECONDS }
  throw error
}

async function* piecesOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  yield* pieces
}
