import Router from '@koa/router'
import type { Context } from 'koa'
import type { z } from 'zod'
import { bodyText } from '../body.ts'
import { challenge } from '../challenge.ts'
import { description } from '../description.ts'
import { gate } from '../gate.ts'
import { isProblem } from '../problem.ts'
import { AuthorizeRequest, credentialCalls, InfoRequest, ListRequest } from './credentials.ts'
import { cscError, faultIn, invalid, isCscError, STATUS, type CscError } from './errors.ts'
import { infoOf } from './info.ts'
import { keys, outage } from './key.ts'
import { activatedIn, type CscNeeds, type Person } from './needs.ts'
import { PollingRequest, results } from './polling.ts'
import { signDocCall } from './sign-doc.ts'
import { signHashCall } from './sign-hash.ts'
import { MOST_DOCUMENT_BYTES, SignDocRequest, SignHashRequest } from './sign-requests.ts'
import { TimestampRequest, timestampCall } from './timestamp.ts'

export const CSC_PATH = '/csc/v2'
const MOST_BYTES = 256 * 1024
/** Base64 of the documents, and what is around them. */
const MOST_DOC_BYTES = Math.ceil((MOST_DOCUMENT_BYTES / 3) * 4) + MOST_BYTES
/** Whole documents lie in memory for as long as they are signed. */
const [AT_ONCE, AT_ONCE_OF_CLIENT] = [4, 2]

/** The API of the Cloud Signature Consortium, version 2.0.0.2: signatures of people for programs that prepare
 *  documents themselves. */
export function cscRoutes(needs: CscNeeds): Router {
  const credentials = credentialCalls(needs)
  const keyFor = keys(credentials)
  const signHash = signHashCall(needs)
  const signDoc = signDocCall(needs)
  const door = gate(AT_ONCE, AT_ONCE_OF_CLIENT)
  const async = results(needs.ports)
  const router = new Router({ prefix: CSC_PATH })

  /** Section 8.4: scope `service` for looking, the authorised credential for signing; each of them lets one look. */
  function allowed(person: Person | undefined): person is Person {
    if (person?.subjectId === undefined) return false
    return person.scopes.includes('service') || activatedIn(person) !== undefined
  }

  function method<Shape extends z.ZodType>(
    name: string,
    shape: Shape,
    call: (person: Person, asked: z.infer<Shape>, token: string) => Promise<object>,
    mostBytes = MOST_BYTES,
  ): void {
    router.post(`/${name}`, async (ctx) => {
      const caller = await needs.bearer(ctx)
      if (caller === undefined) return send(ctx, UNAUTHORIZED)
      if (!allowed(caller as Person)) return send(ctx, OUT_OF_SCOPE)
      const leave = mostBytes > MOST_BYTES ? door.enter(caller.clientId) : () => undefined
      if (leave === undefined) return send(ctx, BUSY)
      try {
        const asked = await parsed(ctx, shape, mostBytes)
        if (isCscError(asked)) return send(ctx, asked)
        send(ctx, await call(caller as Person, asked, tokenIn(ctx)).catch(outage))
      } finally {
        leave()
      }
    })
  }

  router.get('/openapi.json', description('csc.json'))
  router.get('/info', (ctx) => send(ctx, infoOf(needs)))
  router.post('/info', (ctx) => send(ctx, infoOf(needs)))
  method('credentials/list', ListRequest, credentials.list)
  method('credentials/info', InfoRequest, credentials.info)
  method('credentials/authorize', AuthorizeRequest, credentials.authorize)
  method('signatures/signPolling', PollingRequest, async.poll)
  method('signatures/timestamp', TimestampRequest, timestampCall(needs))

  method('signatures/signHash', SignHashRequest, async (person, asked, token) => {
    const key = await keyFor(person, asked, token)
    return isCscError(key) ? key : done(person, asked, () => signHash(person, asked, key))
  })
  method(
    'signatures/signDoc',
    SignDocRequest,
    async (person, asked, token) => {
      const key = await keyFor(person, asked, token)
      if (isCscError(key)) return key
      if (asked.documents !== undefined && asked.operationMode === 'A') return NOT_LATER
      return done(person, asked, () => signDoc(person, asked, key))
    },
    MOST_DOC_BYTES,
  )

  function done(
    person: Person,
    asked: { readonly operationMode: 'S' | 'A'; readonly validity_period?: number },
    work: () => Promise<object>,
  ): Promise<object> {
    if (asked.operationMode === 'S') return work()
    return async.begin(person, () => work().catch(outage), asked.validity_period)
  }

  return router
}

/** As it was shown. */
const tokenIn = (ctx: Context) => ctx.get('Authorization').replace(/^(Bearer|DPoP) /i, '')

const NOT_LATER = invalid('Invalid parameter operationMode: whole documents are waited for')
const BUSY = cscError('temporarily_unavailable', 'Other documents are being signed: try again')
const UNAUTHORIZED = cscError('invalid_token', 'The access token is missing or not in force')
const OUT_OF_SCOPE = cscError(
  'insufficient_scope',
  'The access token must be a person’s, with the scope service or an authorized credential',
)

async function parsed<Shape extends z.ZodType>(
  ctx: Context,
  shape: Shape,
  mostBytes: number,
): Promise<z.infer<Shape> | CscError> {
  const text = await bodyText(ctx, mostBytes)
  if (isProblem(text)) return invalid(text.detail ?? 'The body cannot be read')
  const { data, error } = shape.safeParse(jsonOf(text === '' ? '{}' : text))
  return error === undefined ? data : faultIn(error)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function send(ctx: Context, answer: object): void {
  ctx.set('Cache-Control', 'no-store')
  ctx.status = isCscError(answer) ? STATUS[answer.error] : 200
  if (isCscError(answer) && (ctx.status === 401 || ctx.status === 403)) challenge(ctx, answer.error)
  // What is left of a body that was not read is not waited for.
  if (!ctx.req.complete) ctx.set('Connection', 'close')
  ctx.body = answer
}
