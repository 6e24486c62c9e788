import { html } from 'hono/html'
import type { Html, PageProps } from '../../pages/layout.ts'
import { REASONS, type OwnCertificate, type Reason } from './certificates.ts'
import { choicePage } from './choice-page.ts'
import { PATHS } from './paths.ts'
import { accountText } from './text/index.ts'

export interface RevokeProps extends PageProps {
  /** Those that will go. */
  readonly certificates: readonly OwnCertificate[]
  readonly csrf: string
  /** No reason was given. */
  readonly isMissing?: boolean
}

/** Why? */
export function revokePage(props: RevokeProps): Html {
  const { locale, certificates, csrf, isMissing } = props
  const { revoke } = accountText(locale)
  const reasons = Object.keys(REASONS) as Reason[]
  return choicePage(props, {
    text: revoke,
    path: PATHS.revoke,
    csrf,
    field: 'reason',
    question: revoke.why,
    options: reasons.map((reason) => [reason, revoke.reasons[reason]]),
    isMissing,
    about: certificates.map(
      ({ subject, issuer }) => html`<p><bdi>${subject}</bdi> (<bdi>${issuer}</bdi>)</p>`,
    ),
  })
}
