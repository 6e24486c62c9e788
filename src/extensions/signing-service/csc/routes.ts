import Router from '@koa/router'
import type { Context } from 'koa'
import type { z } from 'zod'
import { bodyText } from '../body.ts'
import { description } from '../description.ts'
import { isProblem } from '../problem.ts'
import { AuthorizeRequest, credentialCalls, InfoRequest, ListRequest } from './credentials.ts'
import { cscError, invalid, isCscError, STATUS, type CscError } from './errors.ts'
import { infoOf } from './info.ts'
import { activatedIn, type CscNeeds, type Person } from './needs.ts'
import { PollingRequest, results } from './polling.ts'
import { outage, signCalls, SignDocRequest, SignHashRequest } from './sign.ts'
import { TimestampRequest, timestampCall } from './timestamp.ts'

export const CSC_PATH = '/csc/v2'
const MOST_BYTES = 256 * 1024

/** The API of the Cloud Signature Consortium, version 2.0.0.2: signatures of people for programs that prepare
 *  documents themselves. */
export function cscRoutes(needs: CscNeeds): Router {
  const credentials = credentialCalls(needs)
  const sign = signCalls(needs, credentials)
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
  ): void {
    router.post(`/${name}`, async (ctx) => {
      const caller = await needs.bearer(ctx)
      if (caller === undefined) return send(ctx, UNAUTHORIZED)
      if (!allowed(caller as Person)) return send(ctx, OUT_OF_SCOPE)
      const asked = await parsed(ctx, shape)
      if (isCscError(asked)) return send(ctx, asked)
      const token = ctx.get('Authorization').replace(/^Bearer /i, '')
      send(ctx, await call(caller as Person, asked, token).catch(outage))
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
    const key = await sign.keyFor(person, asked, token)
    return isCscError(key) ? key : done(person, asked, () => sign.signHash(person, asked, key))
  })
  method('signatures/signDoc', SignDocRequest, async (person, asked, token) => {
    const key = await sign.keyFor(person, asked, token)
    return isCscError(key) ? key : done(person, asked, () => sign.signDoc(person, asked, key))
  })

  function done(
    person: Person,
    { operationMode }: { readonly operationMode: 'S' | 'A' },
    work: () => Promise<object>,
  ): Promise<object> {
    return operationMode === 'S' ? work() : async.begin(person, () => work().catch(outage))
  }

  return router
}

const UNAUTHORIZED = cscError('invalid_token', 'The access token is missing or not in force')
const OUT_OF_SCOPE = cscError(
  'insufficient_scope',
  'The access token must be a person’s, with the scope service or an authorized credential',
)

async function parsed<Shape extends z.ZodType>(
  ctx: Context,
  shape: Shape,
): Promise<z.infer<Shape> | CscError> {
  const text = await bodyText(ctx, MOST_BYTES)
  if (isProblem(text)) return invalid(text.detail ?? 'The body cannot be read')
  const { data, error } = shape.safeParse(jsonOf(text === '' ? '{}' : text))
  if (error === undefined) return data
  const fault = error.issues[0]
  const name = fault?.path.join('.') || fault?.message
  return invalid(`Missing (or invalid type) parameter ${name ?? ''}`)
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
  if (ctx.status === 401 || ctx.status === 403)
    ctx.set('WWW-Authenticate', `Bearer error="${(answer as CscError).error}"`)
  ctx.body = answer
}
