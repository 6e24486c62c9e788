import Router from '@koa/router'
import type { Context } from 'koa'
import { sendPage } from '../../http/send-page.ts'
import { addApi } from './api.ts'
import { UPLOAD_FAULTS, type Refused } from './fault.ts'
import { sendFile, sendPdf } from './files.ts'
import { FORM_BYTES, VERIFY_LIMITS } from './limits.ts'
import { filePart } from './multipart.ts'
import type { VerifyNeeds } from './needs.ts'
import { endPage, formPage } from './page.ts'
import { PATHS } from './paths.ts'
import { printedReport } from './printed-report.ts'
import { resultPage } from './result-page.ts'
import { memoryResults, type Result } from './results.ts'
import { verifyService, type Document } from './service.ts'
import { shownName } from './shown-name.ts'
import { verifyText } from './text/index.ts'
import { knownVisitor, visitorOf } from './visitor.ts'

const RESULT = `${PATHS.result}/:id`

/** Verification of signed documents for everybody: pages, and an interface for programs. Nothing is written; what a
 *  visitor may still want to download stays in memory for some minutes. */
export function verifyRoutes(needs: VerifyNeeds): Router {
  const limits = { ...VERIFY_LIMITS, ...needs.limits }
  const service = verifyService(needs, limits)
  const results = memoryResults(needs.ports, limits)
  const router = new Router()
  addApi(router, needs, { service, limits })

  router.get(PATHS.form, (ctx) => sendPage(ctx, formPage(needs.pageProps(ctx))))

  router.post(PATHS.form, async (ctx) => {
    if (ctx.get('Sec-Fetch-Site') === 'cross-site') return refuse(ctx, { fault: 'forbidden' })
    if (!ctx.is('multipart/form-data')) return refuse(ctx, { fault: 'wrong_type' })
    const looked = await service(ctx, {
      mostBytes: limits.documentBytes + FORM_BYTES,
      open: (body) => documentIn(body, ctx.get('Content-Type')),
    })
    if ('fault' in looked) return refuse(ctx, looked)
    const visitor = knownVisitor(ctx, needs.ports.random, limits.keptMs)
    go(ctx, `${PATHS.result}/${results.keep(visitor, looked)}`)
  })

  router.get(RESULT, (ctx) => {
    const result = resultOf(ctx)
    if (result === undefined) return gone(ctx)
    const { report, fileName, bytes } = result
    const about = { report, fileName, hasDocument: bytes !== undefined, id: idIn(ctx) }
    sendPage(
      ctx,
      resultPage({ ...needs.pageProps(ctx), ...about, isSealed: needs.seal !== undefined }),
    )
  })

  router.post(RESULT, (ctx) => {
    results.forget(visitorOf(ctx), idIn(ctx))
    sendPage(ctx, endPage(needs.pageProps(ctx), 'forgotten'))
  })

  router.get(`${RESULT}/report.json`, (ctx) => {
    const result = resultOf(ctx)
    if (result === undefined) return gone(ctx)
    const body = JSON.stringify(result.report, null, 2)
    sendFile(ctx, body, { name: 'verification.json', type: 'application/json' })
  })

  router.get(`${RESULT}/report-:locale.pdf`, async (ctx) => {
    const result = resultOf(ctx)
    const locale = ctx.params['locale'] === 'en' ? 'en' : 'fa'
    if (result === undefined) return gone(ctx)
    const printed = await printedOnce(result, locale)
    if (printed === undefined) return sealAway(ctx)
    sendPdf(ctx, printed, `verification-${locale}.pdf`)
  })

  router.get(`${RESULT}/revisions/:number.pdf`, (ctx) => {
    const result = resultOf(ctx)
    const number = Number(ctx.params['number'])
    const end = result?.report.revisions.find((one) => one.number === number)?.end
    if (result?.bytes === undefined || end === undefined) return gone(ctx)
    sendPdf(ctx, result.bytes.subarray(0, end), `signed-revision-${number}.pdf`)
  })

  function printedOnce(result: Result, locale: 'fa' | 'en'): Promise<Buffer | undefined> {
    const before = result.printed.get(locale)
    if (before !== undefined) return before
    const { report, fileName } = result
    const printing = printedReport(needs, { report, fileName, locale })
    result.printed.set(locale, printing)
    // What failed is tried anew when it is asked for again.
    printing.then(
      (printed) => printed ?? result.printed.delete(locale),
      () => result.printed.delete(locale),
    )
    return printing
  }

  const resultOf = (ctx: Context) => results.find(visitorOf(ctx), idIn(ctx))

  /** As a page, or as JSON for the page's own script. */
  function refuse(ctx: Context, { fault, retryAfterSeconds }: Refused): void {
    const props = needs.pageProps(ctx)
    ctx.status = UPLOAD_FAULTS[fault]
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds))
    if (!isScript(ctx)) return sendPage(ctx, formPage({ ...props, fault }))
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { error: fault, message: verifyText(props.locale).fault[fault] }
  }

  function sealAway(ctx: Context): void {
    ctx.status = 503
    ctx.set('Retry-After', '60')
    sendPage(ctx, endPage(needs.pageProps(ctx), 'seal_away'))
  }

  function gone(ctx: Context): void {
    ctx.status = 410
    sendPage(ctx, endPage(needs.pageProps(ctx), 'gone'))
  }

  return router
}

function documentIn(body: Buffer, type: string): Document | Refused {
  const file = filePart(body, type, 'document')
  if (file === undefined) return { fault: 'broken' }
  return { bytes: file.bytes, fileName: shownName(file.fileName) }
}

const idIn = (ctx: Context): string => String((ctx as { params?: { id?: string } }).params?.id)

const isScript = (ctx: Context) => ctx.accepts('html', 'json') === 'json'

/** A script cannot see where it was sent on to before it has read it all: it is told. */
function go(ctx: Context, to: string): void {
  if (isScript(ctx)) {
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { location: to }
    return
  }
  ctx.redirect(to)
  ctx.status = 303
}
