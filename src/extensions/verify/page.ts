import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import type { UploadFault } from './fault.ts'
import { PATHS } from './paths.ts'
import { verifyText } from './text/index.ts'

export interface FormProps extends PageProps {
  readonly fault?: UploadFault
}

const FILES = ['verify.css', 'verify.js']

/** Where a document is given. Works without its script, which adds a bar of progress. */
export function formPage(props: FormProps): Html {
  const { fault, locale } = props
  const text = verifyText(locale)
  return page(
    { ...props, title: text.title, files: FILES },
    html`<section class="card">
      <h1>${text.title}</h1>
      <p
        class="wrong"
        role="alert"
        id="${fault ? 'wrong' : 'fault'}"
        tabindex="-1"
        ${fault ? '' : 'hidden'}
      >
        ${fault ? text.fault[fault] : ''}
      </p>
      <p>${text.intro}</p>
      ${form(props)}
      <dl class="facts">
        ${text.facts.map(
          ({ ask, answer }) =>
            html`<dt>${ask}</dt>
              <dd>${answer}</dd>`,
        )}
      </dl>
      <details>
        <summary>${text.forMachines}</summary>
        <p>${text.forMachinesText}</p>
        <p dir="ltr"><code>${PATHS.api}</code></p>
      </details>
    </section>`,
  )
}

/** `data-faults`: what the script says of a document that it does not even send. */
function form({ locale }: PageProps): Html {
  const text = verifyText(locale)
  const { empty, too_large, broken } = text.fault
  return html`<form
    method="post"
    action="${PATHS.form}"
    enctype="multipart/form-data"
    data-verify
    data-faults="${JSON.stringify({ empty, too_large, broken })}"
  >
    <p class="field">
      <label for="document">${text.fileLabel}</label>
      <input
        id="document"
        name="document"
        type="file"
        accept="application/pdf,.pdf"
        required
        aria-describedby="document-hint"
      />
      <span class="hint" id="document-hint">${text.fileHint}</span>
    </p>
    <p><button class="button">${text.submit}</button></p>
    <div class="sending" data-sending hidden>
      <p
        role="status"
        data-said
        data-uploading="${text.uploading}"
        data-checking="${text.checking}"
      ></p>
      <progress max="1" value="0" aria-label="${text.uploading}"></progress>
    </div>
  </form>`
}

/** Something came to an end. */
export function endPage(props: PageProps, end: 'gone' | 'forgotten' | 'seal_away'): Html {
  const text = verifyText(props.locale)
  const words: Readonly<Record<typeof end, readonly [string, string]>> = {
    gone: [text.goneTitle, text.goneText],
    forgotten: [text.forgottenTitle, text.forgottenText],
    seal_away: [text.sealAwayTitle, text.fault.seal_away],
  }
  const [title, said] = words[end]
  return page(
    { ...props, title },
    html`<section class="card">
      <h1>${title}</h1>
      <p>${said}</p>
      <p><a class="button" href="${PATHS.form}">${text.another}</a></p>
    </section>`,
  )
}
