import type { Context } from 'koa'
import type { PageProps } from '../../pages/layout.ts'
import type { Ports } from '../../ports/index.ts'
import type { PdfVerifier } from '../../signing/verify/verifier.ts'
import type { VerifyLimits } from './limits.ts'

export interface VerifyNeeds {
  readonly ports: Pick<Ports, 'clock' | 'limiter' | 'paper' | 'random'>
  /** With as many workers as `limits.atOnce`. Its owner closes it. */
  readonly verifier: PdfVerifier
  /** Fingerprints of where a request comes from. */
  origin(ctx: Context): { readonly address: string; readonly subnet: string }
  /** What every page has: language, assets, links to the other languages, the request's id. */
  pageProps(ctx: Context): PageProps
  /** Puts the window's own seal on a printed report. Throws `upstream_unavailable` or `key_unavailable` when it cannot:
   *  then there is no report in PDF. Absent: reports in PDF are not signed, and say so. */
  readonly seal?: (report: Uint8Array) => Promise<Buffer>
  readonly limits?: Partial<VerifyLimits>
}
