import { html } from 'hono/html'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export interface RepresentationProps extends PageProps {
  readonly action: string
  readonly csrf: string
  readonly choices: readonly {
    readonly value: string
    readonly name: string
    readonly legalId: string
    readonly role: string
    readonly isJoint: boolean
  }[]
  /** The registry does not answer. */
  readonly isAway: boolean
  readonly mayBeSelf: boolean
  /** Something was signed for the service before: it gets that whatever is chosen here. */
  readonly isSigned?: boolean
  /** A key of the error texts. */
  readonly error?: string
}

/** For whom a person acts: the companies that the registry names, and himself where the service lets him. */
export function representationPage(props: RepresentationProps): Html {
  const { locale, client, action, csrf, choices, error, mayBeSelf, isSigned = false } = props
  const text = texts(locale)
  const words = text.representation
  const title = words.title(client?.name ?? '')
  const isEmpty = choices.length === 0
  return page(
    { ...props, title: error ? `${text.somethingWrong}: ${title}` : title },
    html`<section class="card">
      ${serviceCard(client)}
      <h1>${title}</h1>
      ${isSigned ? html`<p>${words.signed}</p>` : ''}
      ${error ? html`<p class="wrong" role="alert" id="wrong" tabindex="-1">${text.error[error]}</p>` : ''}
      <form method="post" action="${action}" data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        ${isEmpty ? nobody(props) : chooser(props)}
        <p class="choices">
          ${isEmpty && !mayBeSelf ? '' : html`<button class="button">${text.continue}</button>`}
          ${
            props.isAway
              ? html`<button class="button quiet" name="action" value="again">
                  ${text.registry.tryAgain}
                </button>`
              : ''
          }
          ${
            isEmpty && !isSigned
              ? html`<button class="button quiet" name="action" value="leave">
                  ${text.registry.stopReturn}
                </button>`
              : ''
          }
        </p>
        <p class="way-out">
          <button class="link" name="action" value="cancel" formnovalidate>
            ${isSigned ? text.consent.refuseSigned : client ? text.cancel(client.name) : text.cancelPlain}
          </button>
        </p>
      </form>
    </section>`,
  )
}

function chooser({ locale, choices, mayBeSelf, error }: RepresentationProps): Html {
  const words = texts(locale).representation
  return html`<fieldset class="field" ${error ? html`aria-describedby="wrong"` : ''}>
    <legend>${words.question}</legend>
    ${choices.map(
      ({ value, name, legalId, role, isJoint }) =>
        html`<label class="option">
          <input type="radio" name="for" value="${value}" required />
          <span>
            <bdi>${name}</bdi>
            <span class="hint">
              ${words.roles[role] ?? role}${isJoint ? html` · ${words.joint}` : ''} ·
              <bdi dir="ltr">${texts(locale).number(legalId)}</bdi>
            </span>
          </span>
        </label>`,
    )}
    ${mayBeSelf ? self(locale, false) : ''}
  </fieldset>`
}

function nobody({ locale, isAway, mayBeSelf }: RepresentationProps): Html {
  const words = texts(locale).representation
  return html`<p>${isAway ? words.away : words.none}</p>
    ${mayBeSelf ? html`<div class="field">${self(locale, true)}</div>` : ''}`
}

function self(locale: PageProps['locale'], isChosen: boolean): Html {
  return html`<label class="option">
    <input type="radio" name="for" value="self" required ${isChosen ? html`checked` : ''} />
    <span>${texts(locale).representation.self}</span>
  </label>`
}
