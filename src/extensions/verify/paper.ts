import type { Locale } from '../../identity/locale.ts'
import type { Paper, PaperLine } from '../../ports/paper-printer.ts'
import type { DocumentReport } from './document-report.ts'
import { summaryOf, type Fact, type SignatureSummary } from './summary.ts'
import { verifyText, type VerifyText } from './text/index.ts'

/** Longer reports would be of use to nobody on paper; the one in JSON has everything. */
const MOST_LINES = 600

export interface Printed {
  readonly report: DocumentReport
  readonly fileName?: string
  readonly locale: Locale
  readonly isSealed: boolean
}

export function paperOf({ report, fileName, locale, isSealed }: Printed): Paper {
  const text = verifyText(locale)
  const summary = summaryOf(report, locale, fileName)
  const { title, text: said, tone, standard, reason } = summary
  const lines: readonly PaperLine[] = [
    { kind: 'title', text: title, tone },
    line(said),
    ...(reason ? [line(`${text.reason}: ${reason}`)] : []),
    small(`${text.standard}: ${standard}`),
    ...facts(summary.facts),
    ...warnings(summary.warnings, text),
    ...summary.signatures.flatMap((one) => signature(one, text)),
    ...summary.revisions.flatMap(({ heading, signedBy, changes }, at) => [
      ...(at === 0 ? [{ kind: 'heading' as const, text: text.revisionsHeading }] : []),
      line(`${heading}: ${signedBy}`),
      ...changes.map(small),
    ]),
    small(isSealed ? text.sealed : text.unsealed),
  ]
  const more = lines.length - MOST_LINES
  const shown = more > 0 ? [...lines.slice(0, MOST_LINES), line(text.moreLines(more))] : lines
  return { locale, title: text.resultTitle, lines: shown, foot: text.page }
}

const line = (text: string): PaperLine => ({ kind: 'text', text })
const small = (text: string): PaperLine => ({ kind: 'small', text })

const facts = (given: readonly Fact[]) =>
  given.map(({ label, value }) => line(`${label}: ${value}`))

function warnings(told: readonly string[], text: VerifyText): readonly PaperLine[] {
  if (told.length === 0) return []
  return [
    { kind: 'heading', text: text.warningsHeading, tone: 'open' },
    ...told.map(line),
    small(text.warningsText),
  ]
}

function signature(one: SignatureSummary, text: VerifyText): readonly PaperLine[] {
  const { heading, tone, standard, reason, failed, told } = one
  return [
    { kind: 'heading', text: `${heading}: ${text.tone[tone]}`, tone },
    small(standard),
    ...(reason ? [line(`${text.reason}: ${reason}`)] : []),
    ...facts(one.facts),
    ...failed.map((said) => line(`${text.label.failed}: ${said}`)),
    ...told.map((said) => line(`${text.label.told}: ${said}`)),
  ]
}
