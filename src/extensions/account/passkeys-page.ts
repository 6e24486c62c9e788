import type { Html, PageProps } from '../../pages/layout.ts'
import { choicePage } from './choice-page.ts'
import { passkeyText } from './passkey-text.ts'
import type { OwnPasskey } from './passkeys.ts'
import { PATHS } from './paths.ts'
import { accountText } from './text/index.ts'

export interface PasskeysProps extends PageProps {
  readonly passkeys: readonly OwnPasskey[]
  readonly csrf: string
  /** None was chosen, or one that is not there any more. */
  readonly isMissing?: boolean
}

/** Which one? */
export function passkeysPage({ passkeys, csrf, isMissing, ...props }: PasskeysProps): Html {
  const { remove } = accountText(props.locale)
  return choicePage(props, {
    text: remove,
    path: PATHS.passkeys,
    csrf,
    field: 'passkey',
    question: remove.which,
    options: passkeys.map((one) => [one.id, passkeyText(one, props.locale)]),
    isMissing,
  })
}
