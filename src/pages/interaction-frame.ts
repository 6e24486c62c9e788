import { html, raw } from 'hono/html'
import type { Markup } from './markup.ts'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts } from './text/index.ts'

export interface FrameProps extends PageProps {
  /** The level in words; empty for what is no level. */
  readonly levelText: string
  /** Fields and buttons of the open step. Its first heading is the page's. */
  readonly body: Markup
  /** A key of the error texts. */
  readonly error?: string
  readonly action: string
  readonly csrf: string
  /** Names the page, so that its form is not taken for an answer to another one. */
  readonly place?: string
}

const CAMERA = ['camera.css', 'camera.js']
/** What some places need beside the common files. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'face/card': CAMERA,
  'face/liveness': CAMERA,
  'face/handover': ['hand-over.js'],
  'signature/review': ['document.css', 'document-view.js'],
}

/** One form around what a step asks: who asks and for what, what was wrong, and the way out. */
export function frame(props: FrameProps): Html {
  const { locale, client, error, action, csrf, place, levelText } = props
  const text = texts(locale)
  const asks = place === 'signature/review' ? text.asksSignature : text.asksYou
  const title = client ? asks(client.name) : text.signIn
  return page(
    {
      ...props,
      title: error ? `${text.somethingWrong}: ${title}` : title,
      files: FILES[place ?? ''],
    },
    html`<section class="card">
      ${serviceCard(client)}
      <p class="asks">${title}</p>
      ${levelText ? html`<p class="level">${levelText}</p>` : ''}
      <form method="post" action="${action}" novalidate data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        ${place ? html`<input type="hidden" name="place" value="${place}" />` : ''}
        ${errorSummary(props)} ${raw(String(props.body))}
        <p class="way-out">
          <button class="link" name="action" value="cancel" formnovalidate>
            ${client ? text.cancel(client.name) : text.cancelPlain}
          </button>
        </p>
      </form>
    </section>`,
  )
}

function errorSummary({ error, locale }: FrameProps): Html {
  if (error === undefined) return html``
  return html`<p class="wrong" role="alert" id="wrong" tabindex="-1">
    ${texts(locale).error[error] ?? texts(locale).somethingWrong}
  </p>`
}
