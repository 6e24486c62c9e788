import type { Locale } from '../../identity/locale.ts'
import type { DocumentReport } from './document-report.ts'
import type { VerifyNeeds } from './needs.ts'
import { paperOf } from './paper/lines.ts'
import { sealed } from './seal.ts'

interface Wanted {
  readonly report: DocumentReport
  readonly fileName?: string
  readonly locale: Locale
}

/** The report on paper, sealed where there is a key. Throws `UpstreamUnavailable` when the key's home is away. */
export async function printedReport(needs: VerifyNeeds, wanted: Wanted): Promise<Buffer> {
  const paper = paperOf({ ...wanted, isSealed: needs.seal !== undefined })
  return sealed(needs, await needs.printer.print(paper))
}
