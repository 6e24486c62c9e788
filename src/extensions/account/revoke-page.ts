import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import { REASONS, type OwnCertificate, type Reason } from './certificates.ts'
import { PATHS } from './paths.ts'
import { accountText } from './text/index.ts'

export interface RevokeProps extends PageProps {
  /** Those that will go. */
  readonly certificates: readonly OwnCertificate[]
  readonly csrf: string
  /** No reason was given. */
  readonly isMissing?: boolean
}

/** What will happen, why, and then both answers. */
export function revokePage(props: RevokeProps): Html {
  const { locale, certificates, csrf, isMissing = false } = props
  const { revoke } = accountText(locale)
  const reasons = Object.keys(REASONS) as Reason[]
  return page(
    { ...props, title: revoke.title },
    html`<section class="card">
      ${isMissing ? html`<p class="wrong" role="alert">${revoke.missing}</p>` : ''}
      <h1>${revoke.title}</h1>
      ${certificates.map(
        ({ subject, issuer }) => html`<p><bdi>${subject}</bdi> (<bdi>${issuer}</bdi>)</p>`,
      )}
      <ul class="list">
        ${revoke.told.map((line) => html`<li>${line}</li>`)}
      </ul>
      <form method="post" action="${PATHS.revoke}" data-once>
        <input type="hidden" name="csrf" value="${csrf}" />
        <fieldset class="field">
          <legend>${revoke.why}</legend>
          ${reasons.map(
            (reason) =>
              html`<label class="option">
                <input type="radio" name="reason" value="${reason}" required />
                <span>${revoke.reasons[reason]}</span>
              </label>`,
          )}
        </fieldset>
        <p class="choices">
          <button class="button">${revoke.act}</button>
          <a class="button quiet" href="${PATHS.list}">${revoke.back}</a>
        </p>
      </form>
    </section>`,
  )
}
