import { html } from 'hono/html'
import { page, serviceCard, type Html, type PageProps } from './layout.ts'
import { texts, type Text } from './text/index.ts'

/** RFC 8628 section 3.3: the pages on the device that has a keyboard. */
interface FormProps extends PageProps {
  readonly action: string
  readonly xsrf: string
}

export function deviceInputPage(
  props: FormProps & {
    readonly error?: keyof Text['device']['errors']
    /** As it came with the address. */
    readonly userCode?: string
  },
): Html {
  const { device } = texts(props.locale)
  const { error } = props
  return page(
    { ...props, title: device.title },
    html`<section class="card">
      <h1>${device.title}</h1>
      ${error ? html`<p class="wrong" role="alert" id="wrong">${device.errors[error]}</p>` : ''}
      <form method="post" action="${props.action}" novalidate data-once>
        <input type="hidden" name="xsrf" value="${props.xsrf}" />
        <p class="field">
          <label for="user_code">${device.label}</label>
          <input
            id="user_code"
            name="user_code"
            class="code"
            dir="ltr"
            value="${props.userCode ?? ''}"
            maxlength="20"
            autocapitalize="characters"
            autocomplete="off"
            spellcheck="false"
            required
            aria-describedby="${error ? 'wrong ' : ''}user-code-hint"
            ${error ? html`aria-invalid="true"` : ''}
            autofocus
          />
          <span class="hint" id="user-code-hint">${device.intro}</span>
        </p>
        <p><button class="button">${texts(props.locale).continue}</button></p>
      </form>
    </section>`,
  )
}

/** RFC 8628 section 5.4: the person compares the code, so that nobody else's device is let in. */
export function deviceConfirmPage(props: FormProps & { readonly userCode: string }): Html {
  const { device } = texts(props.locale)
  return page(
    { ...props, title: device.confirmTitle },
    html`<section class="card">
      ${serviceCard(props.client)}
      <h1>${device.confirmTitle}</h1>
      <p class="big">
        <bdi dir="ltr"><code>${props.userCode}</code></bdi>
      </p>
      <p>${device.confirmText(props.client?.name ?? '')}</p>
      <form method="post" action="${props.action}" data-once>
        <input type="hidden" name="xsrf" value="${props.xsrf}" />
        <input type="hidden" name="user_code" value="${props.userCode}" />
        <p class="choices">
          <button class="button" name="confirm" value="yes">${device.confirm}</button>
          <button class="button quiet" name="abort" value="yes">${device.abort}</button>
        </p>
      </form>
    </section>`,
  )
}

export function deviceDonePage(props: PageProps): Html {
  const { device } = texts(props.locale)
  return page(
    { ...props, title: device.doneTitle },
    html`<section class="card">
      <h1>${device.doneTitle}</h1>
      <p>${device.doneText}</p>
    </section>`,
  )
}
