import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import { PATHS } from './paths.ts'

export interface ChoiceText {
  readonly title: string
  /** What will happen. */
  readonly told: readonly string[]
  readonly missing: string
  readonly act: string
  readonly back: string
}

export interface Choice {
  readonly text: ChoiceText
  /** Where the form goes. */
  readonly path: string
  readonly csrf: string
  /** Name of what is chosen, in the form, and the question. */
  readonly field: string
  readonly question: string
  /** Value in the form, and what is said of it. */
  readonly options: readonly (readonly [string, string])[]
  /** Nothing that can be was chosen. */
  readonly isMissing?: boolean
  /** What it is about. */
  readonly about?: readonly Html[]
}

/** What will happen, what is to be chosen, and then both answers. */
export function choicePage(props: PageProps, choice: Choice): Html {
  const { text, path, csrf, field, question, options, isMissing = false, about = [] } = choice
  return page(
    { ...props, title: text.title },
    html`<section class="card">
      ${isMissing ? html`<p class="wrong" role="alert">${text.missing}</p>` : ''}
      <h1>${text.title}</h1>
      ${about}
      <ul class="list">
        ${text.told.map((line) => html`<li>${line}</li>`)}
      </ul>
      <form method="post" action="${path}" data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        <fieldset class="field">
          <legend>${question}</legend>
          ${options.map(
            ([value, said]) =>
              html`<label class="option">
                <input type="radio" name="${field}" value="${value}" required />
                <span>${said}</span>
              </label>`,
          )}
        </fieldset>
        <p class="choices">
          <button class="button">${text.act}</button>
          <a class="button quiet" href="${PATHS.list}">${text.back}</a>
        </p>
      </form>
    </section>`,
  )
}
