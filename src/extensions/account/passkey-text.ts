import type { Locale } from '../../identity/locale.ts'
import { moment } from './moments.ts'
import type { OwnPasskey } from './passkeys.ts'
import { accountText } from './text/index.ts'

type Shown = Pick<OwnPasskey, 'createdAt' | 'lastUsedAt'> & Partial<Pick<OwnPasskey, 'isBackedUp'>>

/** Nothing names a device: its days must do. */
export function passkeyText(passkey: Shown, locale: Locale): string {
  const { createdAt, lastUsedAt, isBackedUp = false } = passkey
  const text = accountText(locale)
  const used = lastUsedAt === undefined ? undefined : moment(lastUsedAt, locale)
  const said = text.passkey(moment(createdAt, locale), used)
  return isBackedUp ? `${said} ${text.copied}` : said
}
