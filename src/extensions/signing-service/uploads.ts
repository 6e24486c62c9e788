import type { Context } from 'koa'
import type { OpenDocument, StoredDocument } from '../../ports/document-store.ts'
import type { SignatureRequest } from '../../ports/signature-request-store.ts'
import type { Inspection } from '../../signing/inspect/inspector.ts'
import { fileNameIn } from './file-name.ts'
import { sharedGate, turnstile } from './gate.ts'
import type { ServiceLimits, SigningServiceNeeds } from './needs.ts'
import { isProblem, problem, type Problem } from './problem.ts'
import { LONGEST_KEPT_MS } from './retention.ts'
import type { Requests } from './requests.ts'
import type { AgencySeals } from './seals.ts'

/** Documents that are looked at at the same time: each lies in memory whole for that long. */
const INSPECTIONS = 2

export interface Arrived {
  readonly document: StoredDocument
  readonly name: string
  readonly pages: number
}

/** Documents on their way in: streamed to the store and hashed, looked at, then added to their request. */
export function uploads(
  needs: SigningServiceNeeds,
  all: Requests,
  { limits, seals }: { readonly limits: ServiceLimits; readonly seals: AgencySeals },
) {
  const { documents, events } = needs.ports
  const door = sharedGate(limits.uploads, () => needs.ports.clock.now())
  const inspecting = turnstile(INSPECTIONS)

  async function receive(
    ctx: Context,
    clientId: string,
    id: string,
  ): Promise<SignatureRequest | Problem> {
    const request = await all.own(clientId, id)
    if (isProblem(request)) return request
    const closed = closedFor(request)
    if (closed) return closed
    const expiresAt = request.expiresAt + LONGEST_KEPT_MS
    const { appearance, seal } = request
    // A seal that comes later must fit, too: nobody signs first to find out.
    const later = seal?.order === 'after' ? seal.appearance : undefined
    const more = { expiresAt, appearance, later }
    return admitted(ctx, clientId, more, (one) => added(request, one)).then((answer) =>
      noted(request, answer),
    )
  }

  /** Through the door, into the store and under the eyes of the inspector; away again unless `take` keeps it. */
  async function admitted<Kept extends object>(
    ctx: Context,
    clientId: string,
    more: Looks & { readonly expiresAt: number },
    take: (arrived: Arrived) => Promise<Kept | Problem>,
  ): Promise<Kept | Problem> {
    const fault = faultOf(ctx)
    if (fault) return fault
    const leave = door.enter(clientId)
    if (leave === undefined) return { problem: 'too_many_uploads', retryAfterSeconds: 2 }
    try {
      return await stored(ctx, more, take)
    } finally {
      leave()
    }
  }

  function closedFor({ state, documents: has }: SignatureRequest): Problem | undefined {
    if (state !== 'open') return problem('wrong_state', state)
    return has.length >= limits.documents ? problem('too_many_documents') : undefined
  }

  function faultOf(ctx: Context): Problem | undefined {
    if (!ctx.is('application/pdf')) return problem('wrong_type', 'application/pdf')
    const length = ctx.get('Content-Length')
    if (length !== '' && Number(length) > limits.documentBytes) return tooLarge()
    const disposition = ctx.get('Content-Disposition')
    if (disposition !== '' && fileNameIn(disposition) === undefined)
      return problem('invalid_request', 'Content-Disposition: a file name of 1 to 200 characters')
    const digest = ctx.get('Content-Digest')
    return digest !== '' && digestIn(digest) === undefined
      ? problem('invalid_request', 'Content-Digest: sha-256 (RFC 9530)')
      : undefined
  }

  const tooLarge = () => problem('too_large', `at most ${limits.documentBytes} bytes`)

  async function stored<Kept extends object>(
    ctx: Context,
    { expiresAt, ...looks }: Parameters<typeof admitted>[2],
    take: (arrived: Arrived) => Promise<Kept | Problem>,
  ): Promise<Kept | Problem> {
    const put = { maxBytes: limits.documentBytes, expiresAt }
    const document = await documents
      .put(ctx.req as AsyncIterable<Uint8Array>, put)
      .catch((error: unknown) => {
        if (ctx.req.complete) throw error
        return 'broken' as const
      })
    if (document === 'broken') return problem('upload_broken')
    if (document === 'too_large') return tooLarge()
    const taken = await inspected(ctx, document, looks, take).catch(async (error: unknown) => {
      await documents.remove(document.id)
      throw error
    })
    if (isProblem(taken)) await documents.remove(document.id)
    return taken
  }

  async function inspected<Kept extends object>(
    ctx: Context,
    document: StoredDocument,
    { appearance, later }: Looks,
    take: (arrived: Arrived) => Promise<Kept | Problem>,
  ): Promise<Kept | Problem> {
    const digest = digestIn(ctx.get('Content-Digest'))
    if (digest !== undefined && digest !== document.sha256) return problem('digest_mismatch')
    const first = await inspecting(() => look(appearance, document.id))
    const isDone = first.kind === 'refused' || later === undefined
    const looked = isDone ? first : await inspecting(() => look(later, document.id))
    if (looked.kind === 'refused') {
      return { problem: 'document_refused', more: { reason: looked.code, where: looked.where } }
    }
    const name = fileNameIn(ctx.get('Content-Disposition')) ?? 'document.pdf'
    return take({ document, name, pages: looked.pages })
  }

  /** Under the agency's seal, where the request wants it before its signers. */
  async function added(
    request: SignatureRequest,
    { document, name, pages }: Arrived,
  ): Promise<SignatureRequest | Problem> {
    const { size, sha256: uploadedSha256 } = document
    return seals.before(request, document, (kept) =>
      all.change(request.clientId, request.id, (now) => {
        const closed = closedFor(now)
        if (closed) return closed
        const one = { ...kept, name, uploadedSha256 }
        const event = all.event('document.received', now, { size, pages })
        return { request: { ...now, documents: [...now.documents, one] }, events: [event] }
      }),
    )
  }

  async function look(appearance: SignatureRequest['appearance'], id: string): Promise<Inspection> {
    const document = await documents.open(id)
    if (document === undefined) return { kind: 'refused', code: 'damaged', where: 'store' }
    try {
      const bytes = await bytesOf(document)
      return await needs.inspector.inspect({ bytes, ...placeOf(appearance) })
    } finally {
      await document.close()
    }
  }

  async function noted(request: SignatureRequest, answer: SignatureRequest | Problem) {
    if (!isProblem(answer) || answer.problem !== 'document_refused') return answer
    const reason = String(answer.more?.['reason'])
    await events.record(all.event('document.refused', request, { reason }))
    return answer
  }

  return { receive, admitted }
}

/** RFC 9530: `sha-256=:<base64>:`. As hex; undefined when there is none. */
export function digestIn(header: string): string | undefined {
  const value = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(header)?.[1]
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('hex')
}

async function bytesOf(document: OpenDocument): Promise<Uint8Array> {
  const bytes = new Uint8Array(document.size)
  let at = 0
  for await (const piece of document.pieces(0, document.size)) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** As the signature will be placed: the name that is drawn is not known yet. */
/** What will be seen on it. */
interface Looks {
  readonly appearance?: SignatureRequest['appearance']
  readonly later?: SignatureRequest['appearance']
}

function placeOf(appearance: SignatureRequest['appearance']) {
  if (appearance === undefined) return {}
  const { page, field, left, top, width, height } = appearance
  const numbers = [left, top, width, height].filter((one) => typeof one === 'number')
  const [l = 0, t = 0, w = 0, h = 0] = numbers
  const place = numbers.length === 4 ? { left: l, top: t, width: w, height: h } : undefined
  return {
    page: typeof page === 'number' ? page : undefined,
    field: typeof field === 'string' ? field : undefined,
    appearance: { signer: 'نام', place },
  }
}
