import { Readable } from 'node:stream'
import Router from '@koa/router'
import type { Context } from 'koa'
import type { OpenDocument } from '../../ports/document-store.ts'
import type { SignatureRequest } from '../../ports/signature-request-store.ts'
import { faultOf, jsonBody } from './body.ts'
import { description } from './description.ts'
import { SERVICE_LIMITS, type SigningServiceNeeds } from './needs.ts'
import { isProblem, problem, sendProblem, type Problem } from './problem.ts'
import { defined, requests } from './requests.ts'
import { agencySeals, AskedSeal } from './seals.ts'
import { uploads } from './uploads.ts'
import { cursorOf, Listing } from './listing.ts'
import { detailsOf, NewRequest, PDF, shownDocument, shownRequest, shownSignatures } from './wire.ts'

export const SIGNING_PATH = '/signing/v1'
const REQUEST = `${SIGNING_PATH}/requests/:id`

interface Sent {
  readonly status: number
  readonly body: object
  readonly location?: string
}
type Call = Context & { params: Record<string, string | undefined> }
type Handler = (ctx: Call, clientId: string) => Promise<Sent | Problem | undefined>

/** The hosted flow: an agency uploads documents, sends the citizen here to sign, and fetches what was signed
 *  (docs/signing-service.md). */
export function signingRoutes(needs: SigningServiceNeeds): Router {
  const limits = { ...SERVICE_LIMITS, ...needs.limits }
  const { documents, events } = needs.ports
  const seals = agencySeals(needs, limits)
  const all = requests(needs, { limits, seals })
  const { receive, admitted } = uploads(needs, all, { limits, seals })
  const router = new Router()
  router.get(`${SIGNING_PATH}/openapi.json`, description('signing.json'))

  /** Errors are values up to here; a call that no token allows does not get any further. */
  const guarded = (handler: Handler) => async (ctx: Context) => {
    ctx.set('Cache-Control', 'no-store')
    const caller = await needs.bearer(ctx)
    const isAllowed = caller?.subjectId === undefined && caller?.scopes.includes('signing')
    const answer =
      caller === undefined
        ? problem('unauthorized')
        : isAllowed
          ? await handler(ctx as Call, caller.clientId)
          : problem('forbidden')
    if (answer === undefined) return
    if (isProblem(answer)) return refuse(ctx, answer)
    ctx.status = answer.status
    ctx.body = answer.body
    if (answer.location !== undefined) ctx.set('Location', answer.location)
  }

  const shown = async (request: SignatureRequest | Problem, status = 200) =>
    isProblem(request) ? request : { status, body: await shownRequest(request, needs.subjects) }

  router.post(
    `${SIGNING_PATH}/requests`,
    guarded(async (ctx, clientId) => {
      const asked = await jsonBody(ctx, NewRequest)
      if (isProblem(asked)) return asked
      const made = await all.create(clientId, asked)
      const answer = await shown(made, 201)
      return isProblem(made) || isProblem(answer)
        ? answer
        : { ...answer, location: `${SIGNING_PATH}/requests/${made.id}` }
    }),
  )

  router.get(
    `${SIGNING_PATH}/requests`,
    guarded(async (ctx, clientId) => {
      const { data, error } = Listing.safeParse(ctx.query)
      if (error) return problem('invalid_request', faultOf(error))
      const found = await all.list(clientId, data)
      if (isProblem(found)) return found
      const { page, next } = found
      const shownOnes = page.map((request) => shownRequest(request, needs.subjects))
      return {
        status: 200,
        body: {
          requests: await Promise.all(shownOnes),
          next_cursor: next === undefined ? undefined : cursorOf(next),
        },
      }
    }),
  )

  router.get(
    REQUEST,
    guarded(async (ctx, clientId) => shown(await all.own(clientId, idIn(ctx)))),
  )

  router.post(
    `${REQUEST}/documents`,
    guarded(async (ctx, clientId) => {
      const saved = await receive(ctx, clientId, idIn(ctx))
      if (isProblem(saved)) return saved
      const number = saved.documents.length
      const last = saved.documents.at(-1)
      return last === undefined
        ? problem('not_found')
        : { status: 201, body: shownDocument(last, number - 1) }
    }),
  )

  router.get(
    `${REQUEST}/documents/:number`,
    guarded(async (ctx, clientId) => {
      const request = await all.own(clientId, idIn(ctx))
      if (isProblem(request)) return request
      const document = documentIn(ctx, request)
      const opened = document && (await documents.open(document.id))
      if (document === undefined || opened === undefined) return problem('not_found')
      const detail = { number: request.documents.indexOf(document) + 1, state: request.state }
      await events.record(all.event('document.fetched', request, detail))
      sendDocument(ctx, opened, document)
      return undefined
    }),
  )

  router.delete(
    `${REQUEST}/documents/:number`,
    guarded(async (ctx, clientId) => {
      let removed: string | undefined
      const saved = await all.change(clientId, idIn(ctx), (request) => {
        if (request.state !== 'open') return problem('wrong_state', request.state)
        const document = documentIn(ctx, request)
        if (document === undefined) return problem('not_found')
        removed = document.id
        const left = request.documents.filter(({ id }) => id !== document.id)
        return {
          request: { ...request, documents: left },
          events: [all.event('document.removed', request)],
        }
      })
      if (!isProblem(saved) && removed !== undefined) await documents.remove(removed)
      return shown(saved)
    }),
  )

  router.post(
    `${REQUEST}/ready`,
    guarded(async (ctx, clientId) => {
      const request = await all.ready(clientId, idIn(ctx))
      if (isProblem(request)) return request
      return {
        status: 200,
        body: { id: request.id, state: request.state, authorization_details: detailsOf(request) },
      }
    }),
  )

  router.get(
    `${REQUEST}/signatures`,
    guarded(async (ctx, clientId) => {
      const request = await all.own(clientId, idIn(ctx))
      if (isProblem(request)) return request
      return { status: 200, body: { signatures: await shownSignatures(request, needs.subjects) } }
    }),
  )

  router.post(
    `${REQUEST}/cancel`,
    guarded(async (ctx, clientId) => {
      const request = await all.cancel(clientId, idIn(ctx))
      if (!isProblem(request))
        await Promise.all(request.documents.map(({ id }) => documents.remove(id)))
      return shown(request)
    }),
  )

  router.post(
    `${SIGNING_PATH}/seals`,
    guarded(async (ctx, clientId) => {
      const { data, error } = AskedSeal.safeParse(ctx.query)
      if (error) return problem('invalid_request', faultOf(error))
      const missing = (await seals.tooMany(clientId)) ?? (await seals.missing(clientId))
      if (missing) return missing
      const expiresAt = needs.ports.clock.now() + SEALED_KEPT_MS
      const { profile, appearance } = data
      const shown = appearance && defined(appearance)
      const sealing = { clientId, expiresAt, profile, appearance: shown }
      const sealed = await admitted(ctx, clientId, { expiresAt }, async ({ document, name }) => {
        const copy = await seals.sealed(document, sealing)
        if (!isProblem(copy)) await documents.remove(document.id)
        return isProblem(copy) ? copy : { ...copy, name }
      })
      if (isProblem(sealed)) return sealed
      const opened = await documents.open(sealed.id)
      if (opened === undefined) return problem('not_found')
      // Nobody else knows it: whether it is fetched or not, it goes.
      const close = async () => {
        await opened.close()
        await documents.remove(sealed.id)
      }
      sendDocument(ctx, { ...opened, close }, sealed)
      return undefined
    }),
  )

  return router
}

/** Of a sealed copy that was never fetched. */
const SEALED_KEPT_MS = 600_000

/** What is left of a body that was not read is not waited for. */
function refuse(ctx: Context, given: Problem): void {
  sendProblem(ctx, given)
  if (!ctx.req.complete) ctx.set('Connection', 'close')
}

const idIn = ({ params }: Call): string => params['id'] ?? ''

/** By its number in the request, from 1 on, or by its id, as the token names it. */
function documentIn({ params }: Call, { documents }: SignatureRequest) {
  const name = params['number'] ?? ''
  return /^\d{1,3}$/.test(name)
    ? documents[Number(name) - 1]
    : documents.find(({ id }) => id === name)
}

function sendDocument(
  ctx: Context,
  opened: OpenDocument,
  { name, type = PDF }: { readonly name: string; readonly type?: string },
): void {
  const hash = Buffer.from(opened.sha256, 'hex').toString('base64')
  ctx.set('Content-Digest', `sha-256=:${hash}:`)
  ctx.attachment(name)
  ctx.type = type
  ctx.length = opened.size
  ctx.body = Readable.from(closing(opened.pieces(0, opened.size), opened), { objectMode: false })
}

async function* closing(
  pieces: AsyncIterable<Uint8Array>,
  document: { close(): Promise<void> },
): AsyncIterable<Uint8Array> {
  try {
    yield* pieces
  } finally {
    await document.close()
  }
}
