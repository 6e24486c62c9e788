import { homePage } from '../../sandbox/demo-agency/home-page.ts'
import { resultPage } from '../../sandbox/demo-agency/result-page.ts'
import type { AgencySession, SignIn } from '../../sandbox/demo-agency/sessions.ts'
import type { Locale } from '../../src/identity/locale.ts'

const ISSUER = 'https://panjereh.example.ir'
const SUB = 'q3Zk0b2yT1mVb7m0m4V2aw'
const AT = 1_700_000_000
const ACR = 'urn:panjereh:acr:1'

const SIGN_IN: SignIn = {
  claims: {
    iss: ISSUER,
    sub: SUB,
    aud: 'demo-agency',
    exp: AT + 600,
    iat: AT,
    acr: ACR,
    amr: ['otp', 'sms'],
    acr_auth_time: { [ACR]: AT },
    nonce: 'n3pD3n8QmN0p4f2b7cWq5wq3Zk0b2yT1mVb7m0m4V2aw',
  },
  idToken: '',
  accessToken: '',
  refreshToken: '',
  facts: {
    token_type: 'Bearer',
    scope: 'openid phone offline_access',
    expires_in: 600,
    refresh_token: true,
    received_at: '2023-11-14T22:13:20.000Z',
  },
  userinfo: { sub: SUB, phone_number: '+989123456789', phone_number_verified: true },
  introspection: { active: true, sub: SUB, client_id: 'demo-agency', acr: ACR, exp: AT + 600 },
}

const look = (lang: Locale) => ({ lang, title: 'title_agency' as const, signsAt: ISSUER })
const SIGNED: SignIn = {
  ...SIGN_IN,
  claims: {
    ...SIGN_IN.claims,
    acr: 'urn:panjereh:acr:4',
    transaction_hash: '0wVD9bDsxmzq1NnlwCnKFrvtAwBNT2eHOzqyI0L8fXk',
    signatures: ['3f0c9c2e-6a53-4f6b-9d5e-1f2a3b4c5d6e'],
  },
  request: '8b1d2c3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e',
}
const session = (lang: Locale, more: Partial<AgencySession> = {}) => ({ id: '', lang, ...more })

/** The pages of the sample agency, with something in all of their places. */
export const AGENCY_PAGES = {
  'agency-home': (lang: Locale) => homePage(look(lang), undefined),
  'agency-refused': (lang: Locale) =>
    homePage(
      look(lang),
      session(lang, {
        endedByWindow: '2023-11-14T22:13:20.000Z',
        notice: {
          kind: 'bad',
          key: 'error_unmet_authentication_requirements',
          raw: {
            error: 'unmet_authentication_requirements',
            error_description: 'none of the requested acr values can be reached',
            iss: ISSUER,
          },
        },
      }),
    ),
  'agency-signed-in': (lang: Locale) =>
    resultPage(
      look(lang),
      session(lang, { notice: { kind: 'good', key: 'introspected' } }),
      SIGN_IN,
    ),
  'agency-signed': (lang: Locale) => resultPage(look(lang), session(lang), SIGNED),
}
