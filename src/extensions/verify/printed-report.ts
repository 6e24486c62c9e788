import type { Locale } from '../../identity/locale.ts'
import { isAway } from '../../signing/seals/sealer.ts'
import type { DocumentReport } from './document-report.ts'
import type { VerifyNeeds } from './needs.ts'
import { paperOf } from './paper/lines.ts'

interface Wanted {
  readonly report: DocumentReport
  readonly fileName?: string
  readonly locale: Locale
}

/** The report on paper, under the window's seal where it has one. Undefined when the seal cannot be put now: what
 *  says that it is sealed and is not would be anybody's. */
export async function printedReport(
  { printer, seal }: Pick<VerifyNeeds, 'printer' | 'seal'>,
  wanted: Wanted,
): Promise<Buffer | undefined> {
  const paper = await printer.print(paperOf({ ...wanted, isSealed: seal !== undefined }))
  if (seal === undefined) return paper
  try {
    return await seal(paper)
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}
