import type Router from '@koa/router'
import type { Context } from 'koa'
import { bodyOf } from './body.ts'
import { pem } from './certificate.ts'
import { crl } from './crl.ts'
import { certificateBag, enrolment, trustBag } from './est.ts'
import type { FaultBoard, FaultKind } from './faults.ts'
import { SIGNING_POLICY, type Authorities } from './authority.ts'
import { ocspAnswer, refusal, serialOf } from './ocsp.ts'
import { newSerialNumber, type Register } from './register.ts'
import { badRequest, stampAnswer } from './tsa.ts'

export interface Pki {
  readonly authorities: Authorities
  readonly book: Register
  readonly faults: FaultBoard
  /** How long certificates of people are valid. */
  readonly days: number
  /** Under which policy seals get theirs. */
  readonly sealPolicy: string
}

const MAX_BYTES = 64 * 1024
const HUGE_BYTES = 80 * 1024 * 1024

/** What the world sees of the authority. */
export function serviceRoutes(router: Router, pki: Pki): void {
  trustRoutes(router, pki)
  listRoutes(router, pki)
  ocspRoutes(router, pki)
  stampRoutes(router, pki)
  enrolmentRoutes(router, pki)
}

function trustRoutes(router: Router, { authorities }: Pki): void {
  const { root, issuing } = authorities
  router.get('/trust.pem', (ctx) => send(ctx, 'application/x-pem-file', pem(root.der)))
  router.get('/root.crt', (ctx) => send(ctx, 'application/pkix-cert', root.der))
  router.get('/issuing.crt', (ctx) => send(ctx, 'application/pkix-cert', issuing.der))
}

function listRoutes(router: Router, { authorities, book, faults }: Pki): void {
  const { root, issuing } = authorities
  const list = (issuer: typeof root) => async (ctx: Context) => {
    const fault = await faults.meet('crl')
    if (isBroken(ctx, fault)) return
    const thisUpdate = Date.now() - (fault === 'expired' ? 3 * 86_400_000 : 0)
    const entries = issuer === root ? [] : book.list()
    send(
      ctx,
      'application/pkix-crl',
      crl(issuer, { entries, number: book.crlNumber(), thisUpdate }),
    )
  }
  router.get('/root.crl', list(root))
  router.get('/issuing.crl', list(issuing))
}

function ocspRoutes(router: Router, { authorities, book, faults }: Pki): void {
  const answer = async (ctx: Context, request: Uint8Array) => {
    const fault = await faults.meet('ocsp')
    if (isBroken(ctx, fault)) return
    const der = attempted(() => ocspAnswer(request, authorities, book, fault), refusal(1))
    send(ctx, 'application/ocsp-response', der)
  }
  router.post('/ocsp', async (ctx) => answer(ctx, await bodyOf(ctx, MAX_BYTES)))
  // RFC 6960 appendix A.1: base64 in the path.
  router.get('/ocsp/:request', async (ctx) =>
    answer(ctx, Buffer.from(String(ctx['params'].request), 'base64')),
  )
}

/** Two authorities with one key: so that one can be down. */
function stampRoutes(router: Router, { authorities, faults }: Pki): void {
  for (const service of ['tsa', 'tsa2'] as const) {
    router.post(`/${service}`, async (ctx) => {
      const request = await bodyOf(ctx, MAX_BYTES)
      const fault = await faults.meet(service)
      if (isBroken(ctx, fault)) return
      const der = attempted(() => stampAnswer(request, authorities, fault), badRequest())
      send(ctx, 'application/timestamp-reply', der)
    })
  }
}

const CREDENTIALS = `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`

/** Of whom there is nothing to know, the name and password are `sandbox`. */
export function isAllowed(ctx: Context): boolean {
  if (ctx.get('authorization') === CREDENTIALS) return true
  ctx.status = 401
  ctx.set('WWW-Authenticate', 'Basic realm="sandbox"')
  return false
}

/** EST (RFC 7030): /cacerts, /simpleenroll and /simplereenroll. */
function enrolmentRoutes(router: Router, pki: Pki): void {
  const { authorities, faults } = pki
  const waits = new Map<string, number>()
  // The label of seals leads to the same authority, as it may at a real one (RFC 7030 section 3.2.2).
  router.get(['/.well-known/est/cacerts', '/.well-known/est/seals/cacerts'], async (ctx) => {
    if (isBroken(ctx, await faults.meet('est'))) return
    sendBag(ctx, trustBag(authorities))
  })
  const enrol = async (ctx: Context) => {
    if (!isAllowed(ctx)) return
    const body = (await bodyOf(ctx, MAX_BYTES)).toString('ascii')
    const fault = await faults.meet('est')
    if (isBroken(ctx, fault)) return
    if (fault === 'rejected') return refused(ctx, 403, 'this request is refused')
    const waited = waits.get(body) ?? 0
    if (fault === 'pending' && waited < 2) {
      waits.set(body, waited + 1)
      ctx.status = 202
      ctx.set('Retry-After', '1')
      return
    }
    const wanted = enrolment(Buffer.from(body, 'base64'))
    if (wanted === undefined) return refused(ctx, 400, 'not a request that can be granted')
    const policy = wanted.isSeal ? pki.sealPolicy : SIGNING_POLICY
    const der = authorities.issue({ ...wanted, policy, days: pki.days })
    const serialNumber = serialOf(der)
    const certificate = der.toString('base64')
    pki.book.add({ certificate, serialNumber, name: wanted.name, issuedAt: Date.now() })
    sendBag(ctx, certificateBag([der]))
  }
  router.post('/.well-known/est/simpleenroll', enrol)
  router.post('/.well-known/est/simplereenroll', enrol)
  router.post('/.well-known/est/seals/simpleenroll', enrol)
}

function sendBag(ctx: Context, bag: string): void {
  ctx.set('Content-Transfer-Encoding', 'base64')
  send(ctx, 'application/pkcs7-mime; smime-type=certs-only', bag)
}

function refused(ctx: Context, status: number, why: string): void {
  ctx.status = status
  ctx.type = 'text/plain'
  ctx.body = why
}

function send(ctx: Context, type: string, body: Buffer | string): void {
  ctx.set('Content-Type', type)
  ctx.body = body
}

/** Faults that are the same for all services. */
function isBroken(ctx: Context, fault: FaultKind): boolean {
  if (fault === 'down') ctx.status = 503
  if (fault === 'malformed') send(ctx, 'application/octet-stream', newSerialNumber())
  if (fault === 'huge') send(ctx, 'application/octet-stream', Buffer.alloc(HUGE_BYTES, 0x30))
  return fault === 'down' || fault === 'malformed' || fault === 'huge'
}

function attempted(answer: () => Buffer, otherwise: Buffer): Buffer {
  try {
    return answer()
  } catch (error) {
    // What cannot be read as a request is answered as the standards say.
    if (error instanceof RangeError) return otherwise
    throw error
  }
}
