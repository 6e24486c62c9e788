import type { Context } from 'koa'
import type { PageProps } from '../../pages/layout.ts'
import type { Ports } from '../../ports/index.ts'
import type { Signer } from '../../ports/signer.ts'
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts'
import type { PdfVerifier } from '../../signing/verify/verifier.ts'
import type { VerifyLimits } from './limits.ts'
import type { ReportPrinter } from './printer.ts'

export interface VerifyNeeds {
  readonly ports: Pick<Ports, 'clock' | 'limiter' | 'random'>
  /** With as many workers as `limits.atOnce`. Its owner closes it. */
  readonly verifier: PdfVerifier
  /** Its owner closes it. */
  readonly printer: ReportPrinter
  /** Fingerprints of where a request comes from. */
  origin(ctx: Context): { readonly address: string; readonly subnet: string }
  /** What every page has: language, assets, links to the other languages, the request's id. */
  pageProps(ctx: Context): PageProps
  /** The window's own key. Absent: reports in PDF are not signed, and say so. */
  readonly seal?: Signer
  /** Stamps the seal; when it is away the report is sealed without. */
  readonly timestamps?: TimestampAuthority
  readonly limits?: Partial<VerifyLimits>
}
