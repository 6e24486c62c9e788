import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import type { DocumentReport } from './document-report.ts'
import { PATHS } from './paths.ts'
import {
  summaryOf,
  type Fact,
  type RevisionSummary,
  type SignatureSummary,
  type Summary,
} from './summary.ts'
import { verifyText, type VerifyText } from './text/index.ts'

export interface ResultProps extends PageProps {
  readonly id: string
  readonly report: DocumentReport
  readonly fileName?: string
  /** The document is still here to be cut. */
  readonly hasDocument: boolean
  /** Printed reports are signed. */
  readonly isSealed: boolean
}

export function resultPage(props: ResultProps): Html {
  const { locale, report, fileName } = props
  const text = verifyText(locale)
  const summary = summaryOf(report, locale, fileName)
  return page(
    { ...props, title: `${summary.title} · ${text.resultTitle}`, files: ['verify.css'] },
    html`<section class="card">
      ${verdict(summary, text)} ${warnings(summary, text)}
      ${summary.signatures.map((one) => signature(one, props))}
      ${revisions(summary.revisions, text)}
      <h2>${text.documentHeading}</h2>
      ${facts(summary.facts)} ${keeping(props)}
    </section>`,
  )
}

function verdict({ title, text: said, tone, reason, standard }: Summary, text: VerifyText): Html {
  return html`<div class="verdict ${tone}" data-verdict="${standard}">
      <h1>${title}</h1>
      <p>${said}</p>
      ${reason ? html`<p><strong>${text.reason}:</strong> ${reason}</p>` : ''}
    </div>
    <p class="hint">
      ${text.standard}: <bdi dir="ltr"><code>${standard}</code></bdi>
    </p>`
}

function warnings({ warnings: told }: Summary, text: VerifyText): Html {
  if (told.length === 0) return html``
  return html`<div class="verdict open">
    <h2>${text.warningsHeading}</h2>
    <ul class="list">
      ${told.map((one) => html`<li>${one}</li>`)}
    </ul>
    <p>${text.warningsText}</p>
  </div>`
}

function signature(one: SignatureSummary, props: ResultProps): Html {
  const text = verifyText(props.locale)
  const { heading, tone, reason, revision } = one
  return html`<section class="signature">
    <h2>${heading} <span class="tone ${tone}">${text.tone[tone]}</span></h2>
    ${reason ? html`<p><strong>${text.reason}:</strong> ${reason}</p>` : ''} ${facts(one.facts)}
    ${listed(text.label.failed, one.failed)} ${listed(text.label.told, one.told)}
    ${revision === undefined || !props.hasDocument ? '' : download(props.id, revision, text)}
    ${checks(one, text)}
  </section>`
}

function download(id: string, revision: number, text: VerifyText): Html {
  return html`<p>
    <a class="button quiet" href="${PATHS.result}/${id}/revisions/${revision}.pdf" download
      >${text.downloadSigned(revision)}</a
    >
  </p>`
}

function facts(given: readonly Fact[]): Html {
  return html`<dl class="facts">
    ${given.map(
      ({ label, value, isCode }) =>
        html`<dt>${label}</dt>
          <dd>${isCode ? html`<code dir="ltr">${value}</code>` : html`<bdi>${value}</bdi>`}</dd>`,
    )}
  </dl>`
}

function listed(label: string, given: readonly string[]): Html {
  if (given.length === 0) return html``
  return html`<p><strong>${label}</strong></p>
    <ul class="list">
      ${given.map((one) => html`<li>${one}</li>`)}
    </ul>`
}

/** For who wants to know exactly; what was found is said in English. */
function checks({ checks: made, standard }: SignatureSummary, text: VerifyText): Html {
  return html`<details>
    <summary>${text.allChecks}</summary>
    <p dir="ltr"><code>${standard}</code></p>
    <ul class="list">
      ${made.map(
        ({ name, result, detail }) =>
          html`<li>
            ${text.check[name]}: ${text.checkResult[result]}
            ${detail ? html`<span class="raw" dir="ltr" lang="en">${detail}</span>` : ''}
          </li>`,
      )}
    </ul>
  </details>`
}

function revisions(given: readonly RevisionSummary[], text: VerifyText): Html {
  if (given.length < 2) return html``
  return html`<h2>${text.revisionsHeading}</h2>
    <ol class="list">
      ${given.map(
        ({ heading, signedBy, changes }) =>
          html`<li>
            ${heading}: <bdi>${signedBy}</bdi>
            ${changes.map((one) => html`<span class="raw"><bdi>${one}</bdi></span>`)}
          </li>`,
      )}
    </ol>`
}

function keeping({ id, locale, isSealed }: ResultProps): Html {
  const text = verifyText(locale)
  const at = `${PATHS.result}/${id}`
  return html`<h2>${text.keepHeading}</h2>
    <p class="hint">${isSealed ? text.sealed : text.unsealed}</p>
    <div class="choices">
      <a class="button" href="${at}/report-${locale}.pdf" download>${text.downloadPdf}</a>
      <a class="button quiet" href="${at}/report.json" download>${text.downloadJson}</a>
      <a class="button quiet" href="${PATHS.form}">${text.another}</a>
    </div>
    <form method="post" action="${at}" class="way-out">
      <button class="link" name="action" value="forget">${text.forget}</button>
    </form>`
}
