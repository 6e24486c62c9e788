import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import { moment } from './moments.ts'
import type { OwnPasskey } from './passkeys.ts'
import { PATHS } from './paths.ts'
import { accountText } from './text/index.ts'

export interface PasskeysProps extends PageProps {
  readonly passkeys: readonly OwnPasskey[]
  readonly csrf: string
  /** None was chosen, or one that is not there any more. */
  readonly isMissing?: boolean
}

/** Which one, what becomes of it, and then both answers. */
export function passkeysPage(props: PasskeysProps): Html {
  const { locale, passkeys, csrf, isMissing = false } = props
  const { remove } = accountText(locale)
  return page(
    { ...props, title: remove.title },
    html`<section class="card">
      ${isMissing ? html`<p class="wrong" role="alert">${remove.missing}</p>` : ''}
      <h1>${remove.title}</h1>
      <ul class="list">
        ${remove.told.map((line) => html`<li>${line}</li>`)}
      </ul>
      <form method="post" action="${PATHS.passkeys}" data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        <fieldset class="field">
          <legend>${remove.which}</legend>
          ${passkeys.map(
            (one) =>
              html`<label class="option">
                <input type="radio" name="passkey" value="${one.id}" required />
                <span>${passkeyText(one, locale)}</span>
              </label>`,
          )}
        </fieldset>
        <p class="choices">
          <button class="button">${remove.act}</button>
          <a class="button quiet" href="${PATHS.list}">${remove.back}</a>
        </p>
      </form>
    </section>`,
  )
}

/** Nothing names a device: its days must do. */
export function passkeyText(
  {
    createdAt,
    lastUsedAt,
    isBackedUp = false,
  }: Omit<OwnPasskey, 'id' | 'isBackedUp'> & {
    readonly isBackedUp?: boolean
  },
  locale: PageProps['locale'],
): string {
  const text = accountText(locale)
  const used = lastUsedAt === undefined ? undefined : moment(lastUsedAt, locale)
  const said = text.passkey(moment(createdAt, locale), used)
  return isBackedUp ? `${said} ${text.copied}` : said
}
