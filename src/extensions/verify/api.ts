import type Router from '@koa/router'
import type { Context } from 'koa'
import { UPLOAD_FAULTS, type Refused, type UploadFault } from './fault.ts'
import { sendPdf } from './files.ts'
import type { VerifyLimits } from './limits.ts'
import type { VerifyNeeds } from './needs.ts'
import { PATHS } from './paths.ts'
import { printedReport } from './printed-report.ts'
import type { VerifyService } from './service.ts'

/** For programs, of whoever asks: a document in, a report out; as JSON, or with `Accept: application/pdf` as the
 *  printed report. docs/openapi/verify.yaml describes it. */
export function addApi(
  router: Router,
  needs: VerifyNeeds,
  { service, limits }: { readonly service: VerifyService; readonly limits: VerifyLimits },
): void {
  router.post(PATHS.api, async (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    if (!ctx.is('application/pdf', 'application/octet-stream'))
      return refuse(ctx, { fault: 'wrong_type' })
    const looked = await service(ctx, {
      mostBytes: limits.documentBytes,
      open: (bytes) => ({ bytes }),
    })
    if ('fault' in looked) return refuse(ctx, looked)
    if (ctx.accepts('application/json', 'application/pdf') !== 'application/pdf') {
      ctx.body = looked.report
      return
    }
    const { locale } = needs.pageProps(ctx)
    const printed = await printedReport(needs, { report: looked.report, locale })
    if (printed === undefined) return refuse(ctx, { fault: 'seal_away', retryAfterSeconds: 60 })
    sendPdf(ctx, printed, 'verification.pdf')
  })
}

const SAID: Readonly<Record<UploadFault, string>> = {
  wrong_type: 'Send the document as the body, with Content-Type: application/pdf.',
  broken: 'The body ended before its Content-Length.',
  empty: 'The body is empty.',
  too_large: 'The document is larger than 50 MB.',
  length_required: 'Say the size of the document in Content-Length; chunked bodies are not read.',
  not_pdf: 'The body is no PDF document: there is no %PDF- in its first 1024 bytes.',
  too_slow: 'The body did not arrive in time.',
  busy: 'Too many documents are being verified. Try again after Retry-After seconds.',
  too_many: 'Too many documents from this network. Try again after Retry-After seconds.',
  forbidden: 'Not from there.',
  seal_away:
    'The report cannot be sealed just now. Ask for application/json, or try again after Retry-After seconds.',
}

export function refuse(ctx: Context, { fault, retryAfterSeconds }: Refused): void {
  ctx.status = UPLOAD_FAULTS[fault]
  if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds))
  ctx.body = { error: fault, error_description: SAID[fault] }
}
