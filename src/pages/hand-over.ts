import { html } from 'hono/html'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts, type Text } from './text/index.ts'

export interface HandOverProps extends PageProps {
  readonly action: string
  readonly csrf: string
  /** Digits, as the first device shows them. */
  readonly number: string
}

/** The first page on the other device: the person compares the numbers, so that nobody goes through a check
 *  that somebody else has begun. Buttons: action=`confirm`, action=`abort`. */
export function handOverPage(props: HandOverProps): Html {
  const { locale, client, number } = props
  const text = texts(locale)
  return page(
    { ...props, title: text.face.phoneTitle },
    html`<section class="card">
      ${serviceCard(client)}
      <p class="asks">${text.face.phoneText(client?.name ?? text.name)}</p>
      <h1>${text.face.phoneTitle}</h1>
      <p class="big"><bdi dir="ltr">${text.number(number)}</bdi></p>
      <p class="hint">${text.face.phoneWarning}</p>
      <form method="post" action="${props.action}" data-once>
        <input type="hidden" name="csrf" value="${props.csrf}" />
        <p class="choices">
          <button class="button" name="action" value="confirm">${text.face.phoneYes}</button>
          <button class="button quiet" name="action" value="abort">${text.face.phoneNo}</button>
        </p>
      </form>
    </section>`,
  )
}

/** Where the other device ends up: finished, stopped, or with a code that is of no use. */
export type HandOverEnd = keyof Text['face']['phoneEnds']

export function handOverEndPage(props: PageProps & { readonly end: HandOverEnd }): Html {
  const { title, text } = texts(props.locale).face.phoneEnds[props.end]
  return page(
    { ...props, title },
    html`<section class="card">
      ${serviceCard(props.client)}
      <h1>${title}</h1>
      <p>${text}</p>
    </section>`,
  )
}
