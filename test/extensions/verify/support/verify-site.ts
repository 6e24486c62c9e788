import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { clock } from '../../../../adapters/system/clock.ts'
import { random } from '../../../../adapters/system/random.ts'
import { verifyRoutes, type VerifyNeeds } from '../../../../src/extensions/verify/index.ts'
import { assetFiles } from '../../../../src/http/asset-files.ts'
import { securityHeaders } from '../../../../src/http/security-headers.ts'
import { pickLocale } from '../../../../src/identity/locale.ts'
import type { Limit, RateLimiter } from '../../../../src/ports/rate-limiter.ts'
import { paperPrinter } from '../../../../src/signing/paper/printer.ts'
import {
  pdfVerifier,
  type PdfVerifier,
  type VerifierSettings,
} from '../../../../src/signing/verify/verifier.ts'
import type { RevocationChecker } from '../../../../src/ports/revocation-checker.ts'
import { assets } from '../../../support/page-gallery.ts'

export interface VerifySite {
  readonly url: string
  /** Sends a document as a browser without scripts does. */
  upload(bytes: Uint8Array, options?: UploadOptions): Promise<Visit>
  /** As a program does. */
  api(bytes: Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Response>
  get(path: string, cookie?: string): Promise<Response>
  close(): Promise<void>
}

export interface UploadOptions {
  readonly name?: string
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Visit {
  readonly answer: Response
  /** Where the result is, if there is one. */
  readonly path: string
  readonly cookie: string
}

export interface SiteOptions extends Partial<Pick<VerifyNeeds, 'seal' | 'limits'>> {
  readonly anchors?: readonly Uint8Array[]
  readonly revocation?: RevocationChecker
  readonly verifier?: Partial<VerifierSettings>
  /** Instead of the real one. */
  readonly judge?: PdfVerifier
}

/** The routes by themselves, on an origin of their own, as the window mounts them. */
export async function verifySite(options: SiteOptions = {}): Promise<VerifySite> {
  const { anchors = [], revocation, seal, limits } = options
  const settings = { anchors, workers: 2, deadlineMs: 20_000, ...options.verifier }
  const verifier = options.judge ?? pdfVerifier({ clock, revocation }, settings)
  const paper = paperPrinter()
  const router = verifyRoutes({
    ports: { clock, random, limiter: countingLimiter(), paper },
    verifier,
    origin: (ctx) => ({ address: ctx.get('X-Test-Address') || 'here', subnet: 'net' }),
    pageProps: (ctx) => ({ locale: pickLocale(String(ctx.query['lang'] ?? 'fa')) ?? 'fa', assets }),
    seal,
    limits,
  })
  const app = new Koa()
  app.silent = true
  app.use(securityHeaders({ isHttps: false }))
  app.use(assetFiles(assets))
  app.use(router.routes())
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const get = (path: string, cookie = '') => fetch(`${url}${path}`, { headers: { cookie } })
  return {
    url,
    get,
    api: (bytes, headers = {}) =>
      fetch(`${url}/verify/api`, {
        method: 'POST',
        headers: { 'content-type': 'application/pdf', ...headers },
        body: Buffer.from(bytes),
      }),
    async upload(bytes, { name = 'document.pdf', cookie = '', headers = {} } = {}) {
      const body = new FormData()
      body.set('document', new File([Buffer.from(bytes)], name, { type: 'application/pdf' }))
      const answer = await fetch(`${url}/verify`, {
        method: 'POST',
        redirect: 'manual',
        headers: { accept: 'text/html', cookie, ...headers },
        body,
      })
      return {
        answer,
        path: answer.headers.get('location') ?? '',
        cookie: (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '',
      }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await Promise.all([verifier.close(), paper.close()])
    },
  }
}

/** One window that never ends. */
function countingLimiter(): RateLimiter {
  const counts = new Map<string, number>()
  const state = ({ points }: Limit, taken: number) => ({
    allowed: taken <= points,
    remaining: Math.max(0, points - taken),
    retryAfterSeconds: taken <= points ? 0 : 60,
  })
  const keyOf = ({ name }: Limit, key: string) => `${name}:${key}`
  return {
    async take(limit, key, points = 1) {
      const taken = (counts.get(keyOf(limit, key)) ?? 0) + points
      counts.set(keyOf(limit, key), taken)
      return state(limit, taken)
    },
    async giveBack() {},
    async peek(limit, key) {
      return state(limit, counts.get(keyOf(limit, key)) ?? 0)
    },
    async reset(limit, key) {
      counts.delete(keyOf(limit, key))
    },
  }
}

/** A request by hand: with a length of its own choice, and a body that may never come. */
export function rawPost(
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        request.destroy()
      })
    })
    request.on('error', reject)
    if (body === undefined) request.flushHeaders()
    else request.end(body)
  })
}
