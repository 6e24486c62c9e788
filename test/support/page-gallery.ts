import { otpPages } from '../../interactions/otp/page.ts'
import { registryPages } from '../../interactions/registry/page.ts'
import {
  STOPS,
  type CheckedIdentity,
  type RegistryState,
} from '../../interactions/registry/state.ts'
import { passkeyPages } from '../../interactions/passkey/page.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { loadAssets } from '../../src/pages/assets.ts'
import { consentPage } from '../../src/pages/consent.ts'
import { deviceConfirmPage, deviceDonePage, deviceInputPage } from '../../src/pages/device.ts'
import { errorPage } from '../../src/pages/error.ts'
import { gonePage } from '../../src/pages/gone.ts'
import { homePage } from '../../src/pages/home.ts'
import { frame } from '../../src/pages/interaction-frame.ts'
import { loggedOutPage } from '../../src/pages/logged-out.ts'
import { logoutPage } from '../../src/pages/logout.ts'
import { representationPage } from '../../src/pages/representation.ts'
import { postingPage, type PostingProps } from '../../src/pages/posting.ts'
import { texts } from '../../src/pages/text/index.ts'
import { accountGallery } from './account-gallery.ts'
import { faceGallery } from './face-gallery.ts'
import { signatureGallery } from './signature-gallery.ts'
import { SANDBOX_PAGES } from './sandbox-gallery.ts'
import { verifyGallery } from './verify-gallery.ts'

export const assets = loadAssets()

const CLIENT = {
  fa: { name: 'سازمان ثبت اسناد و املاک کشور', host: 'ssaa.example.ir' },
  en: { name: 'Deeds and Properties Organisation', host: 'ssaa.example.ir' },
}
const URIS = {
  returnUri: 'https://ssaa.example.ir/',
  policyUri: 'https://ssaa.example.ir/policy',
  tosUri: 'https://ssaa.example.ir/terms',
}
const NOW = 1_700_000_000_000
const CODE = {
  kind: 'code',
  mobile: '+989123456789',
  digest: '',
  sealed: '',
  codeId: '',
  expiresAt: NOW + 115_000,
  resendAt: NOW + 55_000,
  tryAt: 0,
  party: { kind: 'stranger', own: '', all: '' },
  triesLeft: 4,
} as const
const CAPTCHA = {
  kind: 'captcha',
  mobile: '+989123456789',
  given: '',
  puzzle: {
    id: '',
    // More than is found while it is looked at.
    work: { salt: 'c2FsdA', bits: 60 },
    question: { addends: [7, 5], answerFrom: NOW + 15_000 },
    expiresAt: NOW + 300_000,
  },
} as const
/** A green window on white, 48 by 48. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAMAAABg3Am1AAAABlBMVEX///8LXE1H9BPqAAAAkUlEQVR42uWWQRKAIAhF+fe/dLsmFJSnOS1ikyAvnUR+Zl+YbmPZJUaBwfQRIiHiOe8eCeKm2lFA+Hg/7ggfDRxF+UU3iMx8DExfEO5xtMUmRVVA2QIBYDuA6oCSBSw920lVJ3X+X4B/VnBw52uJlze+QPyKnu8avJHxVsmbMW73XFC4ZC2IIpfdBWFf+HV43S7EzwPdgQlhPAAAAABJRU5ErkJggg=='
const PASSKEY = { challenge: '', options: '{}', expiresAt: NOW }

const props = (locale: Locale) => ({
  locale,
  assets,
  client: { ...CLIENT[locale], ...URIS },
  requestId: '0f1c2d3e-4a5b-4c6d-8e7f-0123456789ab',
  languageLinks: (['fa', 'en'] as const).map((one) => ({ locale: one, href: `?lang=${one}` })),
})
const framed = (locale: Locale, body: { toString(): string }, error?: string, rank = 1) =>
  frame({
    ...props(locale),
    levelText: rank > 0 ? texts(locale).level(rank) : '',
    body,
    error,
    action: '/',
    csrf: 'c',
  })
const view = (locale: Locale, error?: string) => ({
  locale,
  error,
  now: NOW,
  alternatives: ['passkey'],
  mayFallBack: true,
})
const form = { action: '/', xsrf: 'x' }

const GIVEN = { national_id: '9990000018', year: '1370', month: '1', day: '' }
const FORM: RegistryState = { kind: 'form', form: 'iranian', given: GIVEN }
const AWAY = {
  kind: 'away',
  reason: 'timeout',
  tryAt: NOW + 28_000,
  isAnnounced: false,
  given: {},
} as const
const IDENTITY: CheckedIdentity = {
  identifier: { type: 'national_id', value: '9990000077' },
  personType: 'natural_ir',
  attributes: { givenName: 'لیلا', familyName: 'تازه‌نام', birthDate: '1989-05-05' },
  checks: [],
  mobile: '+989120000007',
}
const COMPANY = { legalId: '14000000120', role: 'managing_director', isJoint: false }
const representing = (locale: Locale) => ({
  ...props(locale),
  action: '/',
  csrf: 'c',
  choices: [
    { ...COMPANY, value: 'mandate:1', name: 'شرکت نمونهٔ البرز' },
    { ...COMPANY, value: 'mandate:2', name: 'Sample Trading GmbH (Tehran Branch)', isJoint: true },
  ],
  isAway: false,
  mayBeSelf: true,
})
/** A page of level 2 in its frame. */
function leveled(
  locale: Locale,
  page: keyof typeof registryPages,
  state: RegistryState,
  error?: string,
) {
  return framed(locale, registryPages[page]({ ...view(locale, error), state }), error, 2)
}

/** As who has no scripts sees it: it stays to be looked at. */
function posting(locale: Locale, kind: PostingProps['kind']): string {
  const fields = [['state', 'x']] as const
  const drawn: { toString(): string } = postingPage({ ...props(locale), kind, action: '/', fields })
  return drawn.toString().replace(' data-post', '')
}

/** Every page of the window, with something in all of its places. */
export const GALLERY: Readonly<Record<string, (locale: Locale) => { toString(): string }>> = {
  number: (locale) =>
    framed(locale, otpPages.number({ ...view(locale), state: { kind: 'number' } })),
  'number-error': (locale) =>
    framed(
      locale,
      otpPages.number({
        ...view(locale, 'number_invalid'),
        state: { kind: 'number', given: '12' },
      }),
      'number_invalid',
    ),
  code: (locale) => framed(locale, otpPages.code({ ...view(locale), state: CODE })),
  'code-error': (locale) =>
    framed(locale, otpPages.code({ ...view(locale, 'code_wrong'), state: CODE }), 'code_wrong'),
  'number-wait': (locale) =>
    framed(
      locale,
      otpPages.number({
        ...view(locale, 'send_too_early'),
        state: { kind: 'number', given: '09123456789', sendAt: NOW + 118_000 },
      }),
      'send_too_early',
    ),
  'code-wait': (locale) =>
    framed(
      locale,
      otpPages.code({ ...view(locale, 'try_too_early'), state: { ...CODE, tryAt: NOW + 18_000 } }),
      'try_too_early',
    ),
  captcha: (locale) => framed(locale, otpPages.captcha({ ...view(locale), state: CAPTCHA })),
  'captcha-error': (locale) =>
    framed(
      locale,
      otpPages.captcha({ ...view(locale, 'captcha_wrong'), state: CAPTCHA }),
      'captcha_wrong',
    ),
  'passkey-assert': (locale) =>
    framed(locale, passkeyPages.assert({ ...view(locale), state: PASSKEY })),
  'passkey-offer': (locale) =>
    framed(locale, passkeyPages.register({ ...view(locale), state: PASSKEY }), undefined, 0),
  iranian: (locale) => leveled(locale, 'iranian', FORM),
  'iranian-error': (locale) => leveled(locale, 'iranian', FORM, 'registry_mismatch'),
  foreign: (locale) => leveled(locale, 'foreign', { ...FORM, form: 'foreign' }),
  away: (locale) => leveled(locale, 'away', AWAY),
  'away-long': (locale) =>
    leveled(locale, 'away', {
      ...AWAY,
      reason: 'maintenance',
      isAnnounced: true,
      tryAt: NOW + 9 * 3_600_000,
    }),
  join: (locale) => leveled(locale, 'join', { kind: 'join', identity: IDENTITY, isOthers: false }),
  move: (locale) => leveled(locale, 'join', { kind: 'join', identity: IDENTITY, isOthers: true }),
  renamed: (locale) =>
    leveled(locale, 'renamed', { kind: 'renamed', identity: IDENTITY, reason: 'maiden' }),
  ...Object.fromEntries(
    STOPS.map((why) => [
      `stopped-${why}`,
      (locale: Locale) => leveled(locale, 'stopped', { kind: 'stopped', why }),
    ]),
  ),
  representation: (locale) => representationPage(representing(locale)),
  'representation-error': (locale) =>
    representationPage({ ...representing(locale), error: 'representation_missing' }),
  'representation-none': (locale) =>
    representationPage({ ...representing(locale), choices: [], mayBeSelf: false }),
  'representation-signed': (locale) =>
    representationPage({ ...representing(locale), isSigned: true }),
  'representation-away': (locale) =>
    representationPage({ ...representing(locale), choices: [], isAway: true }),
  consent: (locale) =>
    consentPage({
      ...props(locale),
      action: '/',
      csrf: 'c',
      scopes: ['openid', 'phone', 'offline_access'],
      claims: ['phone_number'],
      verified: [],
      resources: [
        { resource: 'https://api.deeds.example.ir/v1/properties', scopes: ['deeds:read'] },
      ],
      details: [
        { type: 'ir.service_request', service: 'deed-copy', request_ref: '1403-55721' },
        { type: 'payment', amount: '1200000', creditor: 'IR062960000000100324200001' },
      ],
    }),
  'consent-signed': (locale) =>
    consentPage({
      ...props(locale),
      action: '/',
      csrf: 'c',
      scopes: ['openid', 'phone'],
      claims: [],
      verified: [],
      resources: [],
      details: [],
      isSigned: true,
    }),
  'consent-all': (locale) =>
    consentPage({
      ...props(locale),
      client: { ...CLIENT[locale], ...URIS, logoUrl: LOGO },
      action: '/',
      csrf: 'c',
      scopes: ['openid', 'profile', 'email', 'address', 'national_id', 'deeds:write'],
      claims: ['birthdate'],
      verified: [
        { claim: 'given_name', purpose: 'To print it on your licence' },
        { claim: 'national_id' },
      ],
      resources: [],
      details: [{ type: 'ir.service_request', service: 'deed-copy' }],
    }),
  error: (locale) => errorPage({ ...props(locale), kind: 'request' }),
  'error-developer': (locale) =>
    errorPage({
      ...props(locale),
      kind: 'service',
      detail: {
        error: 'invalid_redirect_uri',
        error_description:
          "redirect_uri did not match any of the client's registered redirect_uris",
      },
    }),
  gone: (locale) => gonePage({ ...props(locale), client: undefined }),
  logout: (locale) =>
    logoutPage({ ...props(locale), ...form, services: [CLIENT[locale].name, 'Sample Bank'] }),
  'logged-out': (locale) => loggedOutPage(props(locale)),
  'device-input': (locale) => deviceInputPage({ ...props(locale), ...form }),
  'device-error': (locale) => deviceInputPage({ ...props(locale), ...form, error: 'wrong_code' }),
  'device-confirm': (locale) =>
    deviceConfirmPage({ ...props(locale), ...form, userCode: 'BCDF-GHJK' }),
  'device-done': (locale) => deviceDonePage(props(locale)),
  'posting-other': (locale) => posting(locale, 'other'),
  'posting-answer': (locale) => posting(locale, 'answer'),
  'posting-leaving': (locale) => posting(locale, 'leaving'),
  home: (locale) =>
    homePage({
      ...props(locale),
      issuer: 'https://panjereh.example.ir',
      accountPath: '/account',
    }),
  ...faceGallery(props),
  ...signatureGallery(props),
  ...verifyGallery(props),
  ...accountGallery((locale) => ({ ...props(locale), client: undefined })),
  ...SANDBOX_PAGES,
}
