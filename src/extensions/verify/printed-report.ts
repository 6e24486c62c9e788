import type { Locale } from '../../identity/locale.ts'
import { isAway } from '../../signing/seals/sealer.ts'
import type { DocumentReport } from './document-report.ts'
import type { VerifyNeeds } from './needs.ts'
import { paperOf } from './paper.ts'

interface Wanted {
  readonly report: DocumentReport
  readonly fileName?: string
  readonly locale: Locale
}

/** The report on paper, under the window's seal where it has one. Undefined when the seal cannot be put now: what
 *  says that it is sealed and is not would be anybody's. */
export async function printedReport(
  { ports: { paper, random }, seal }: Pick<VerifyNeeds, 'ports' | 'seal'>,
  wanted: Wanted,
): Promise<Buffer | undefined> {
  const lines = paperOf({ ...wanted, isSealed: seal !== undefined })
  const report = await paper.print(lines, random.bytes(16))
  if (seal === undefined) return report
  try {
    return await seal(report)
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}
