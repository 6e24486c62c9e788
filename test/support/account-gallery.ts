import type { OwnCertificate } from '../../src/extensions/account/certificates.ts'
import { listPage } from '../../src/extensions/account/list-page.ts'
import { outsidePage } from '../../src/extensions/account/outside-page.ts'
import { passkeysPage } from '../../src/extensions/account/passkeys-page.ts'
import type { OwnPasskey } from '../../src/extensions/account/passkeys.ts'
import { revokePage } from '../../src/extensions/account/revoke-page.ts'
import type { OwnSignature } from '../../src/extensions/account/signatures.ts'
import type { Locale } from '../../src/identity/locale.ts'
import type { PageProps } from '../../src/pages/layout.ts'

const AT = Date.UTC(2026, 2, 21, 8, 30)
const OWN: OwnCertificate = {
  ...{ id: 'c2', subject: 'سارا نمونه‌زاده', issuer: 'مرکز گواهی نمونه', state: 'in_force' },
  createdAt: AT,
  until: AT + 365 * 86_400_000,
  passkeys: [{ createdAt: AT, lastUsedAt: AT + 86_400_000 }, { createdAt: AT + 3_600_000 }],
}
const OLD: OwnCertificate = {
  ...{ ...OWN, id: 'c1', state: 'revoked', passkeys: [] },
  revokedAt: AT - 86_400_000,
}
const PASSKEYS: readonly OwnPasskey[] = [
  { id: 'p2', createdAt: AT + 3_600_000, isBackedUp: true },
  { id: 'p1', createdAt: AT, lastUsedAt: AT + 86_400_000, isBackedUp: false },
]
const sha256 = '0123456789abcdef'.repeat(4)
const SIGNATURES: readonly OwnSignature[] = [
  {
    ...{ at: AT + 86_400_000, certificateId: 'c2', client: 'سامانهٔ املاک نمونه' },
    things: [
      { what: 'documents', name: 'اجاره‌نامهٔ واحد ۱۲.pdf', sha256, signed: sha256 },
      { what: 'documents', name: 'پیوست.pdf', sha256 },
    ],
  },
  {
    ...{ at: AT + 7_200_000, certificateId: 'c2', client: 'Sample Bank' },
    things: [{ what: 'transaction', name: 'T-1405-77', sha256 }],
  },
  {
    ...{ at: AT, certificateId: 'c2', client: 'Sample Bank' },
    things: [{ what: 'terms', name: '', sha256 }],
  },
]

export function accountGallery(props: (locale: Locale) => PageProps) {
  const list = (locale: Locale, more: object = {}) =>
    listPage({
      ...{ ...props(locale), certificates: [OWN, OLD], signatures: SIGNATURES },
      ...{ passkeys: PASSKEYS, ...more },
    })
  return {
    account: (locale: Locale) => list(locale),
    'account-told': (locale: Locale) => list(locale, { told: 'told', certificates: [OLD] }),
    'account-empty': (locale: Locale) =>
      list(locale, { certificates: [], signatures: [], passkeys: [] }),
    'account-removed': (locale: Locale) => list(locale, { told: 'removed' }),
    'account-passkeys': (locale: Locale) =>
      passkeysPage({ ...props(locale), passkeys: PASSKEYS, csrf: 'c' }),
    'account-passkeys-missing': (locale: Locale) =>
      passkeysPage({ ...props(locale), passkeys: PASSKEYS, csrf: 'c', isMissing: true }),
    'account-revoke': (locale: Locale) =>
      revokePage({ ...props(locale), certificates: [OWN], csrf: 'c' }),
    'account-revoke-missing': (locale: Locale) =>
      revokePage({ ...props(locale), certificates: [OWN], csrf: 'c', isMissing: true }),
    'account-outside': (locale: Locale) => outsidePage(props(locale), 'unmet'),
  }
}
