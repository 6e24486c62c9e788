import * as client from 'openid-client'
import type { PendingSignIn, SignIn } from './sessions.ts'
import type { ToBeSigned } from './signing.ts'
import { acrOf } from './window.ts'

/** What the form of the first page can ask for. */
export interface SignInForm {
  readonly level: number
  /** How the level is asked for: OIDC Core 3.1.2.1 and 5.5.1.1. */
  readonly ask: 'acr_values' | 'essential' | 'voluntary'
  readonly prompt?: string
  readonly maxAge?: number
  readonly uiLocales?: string
  readonly offline: boolean
  readonly par: boolean
  readonly phone: boolean
  /** Name, birth date …: from level 2 on. */
  readonly profile: boolean
  readonly nationalId: boolean
  /** For whom the citizen acts. */
  readonly legalPerson: boolean
  /** OpenID Connect for Identity Assurance: claims with their proof. */
  readonly verified: boolean
  /** RFC 9396: what exactly is asked for, in the citizen's name. */
  readonly rar: boolean
  /** What is to be signed, instead. */
  readonly toBeSigned?: ToBeSigned
}

const ASKS = new Set(['acr_values', 'essential', 'voluntary'])
const PROMPTS = new Set(['login', 'none', 'consent', 'select_account'])

export function readForm(form: URLSearchParams): SignInForm {
  const level = Number(form.get('level') ?? '1')
  const ask = form.get('ask') ?? 'acr_values'
  const prompt = form.get('prompt') ?? ''
  const maxAge = (form.get('max_age') ?? '').trim()
  const uiLocales = form.get('ui_locales') ?? ''
  return {
    level: [1, 2, 3, 4].includes(level) ? level : 1,
    ask: ASKS.has(ask) ? (ask as SignInForm['ask']) : 'acr_values',
    ...(PROMPTS.has(prompt) ? { prompt } : {}),
    ...(/^\d{1,9}$/.test(maxAge) ? { maxAge: Number(maxAge) } : {}),
    ...(uiLocales === 'fa' || uiLocales === 'en' ? { uiLocales } : {}),
    offline: form.has('offline'),
    par: form.has('par'),
    phone: form.has('phone'),
    profile: form.has('profile'),
    nationalId: form.has('national_id'),
    legalPerson: form.has('legal_person'),
    verified: form.has('verified'),
    rar: form.has('rar'),
  }
}

/** Where the browser goes, and what must come back. */
export async function startSignIn(
  config: client.Configuration,
  form: SignInForm,
  redirectUri: string,
): Promise<{ readonly url: URL; readonly pending: PendingSignIn }> {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const details = form.toBeSigned?.details ?? (form.rar ? SERVICE_REQUEST : undefined)
  const parameters = new URLSearchParams({
    redirect_uri: redirectUri,
    scope: scopeOf(form),
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...levelParameters(form, acrOf(config, form.level)),
    ...(form.maxAge === undefined ? {} : { max_age: String(form.maxAge) }),
    ...(form.uiLocales ? { ui_locales: form.uiLocales } : {}),
    ...(promptOf(form) ? { prompt: promptOf(form) } : {}),
    ...(details ? { authorization_details: JSON.stringify(details) } : {}),
  })
  const url = form.par
    ? await client.buildAuthorizationUrlWithPAR(config, parameters)
    : client.buildAuthorizationUrl(config, parameters)
  const { level, maxAge, toBeSigned } = form
  return {
    url,
    pending: { state, nonce, verifier, level, maxAge, request: toBeSigned?.request },
  }
}

const SERVICE_REQUEST = [
  { type: 'ir.service_request', service: 'deed-copy', request_ref: '1403-55721' },
]

function scopeOf(form: SignInForm): string {
  const scopes = {
    openid: true,
    phone: form.phone,
    'profile address person_type': form.profile,
    national_id: form.nationalId,
    legal_person: form.legalPerson,
    offline_access: form.offline,
  }
  return Object.entries(scopes)
    .flatMap(([scope, isAsked]) => (isAsked ? [scope] : []))
    .join(' ')
}

/** OIDC Core 11: `offline_access` is heard only together with `prompt=consent`. */
function promptOf({ prompt, offline }: SignInForm): string {
  if (!offline || prompt === 'none') return prompt ?? ''
  return [...new Set([...(prompt ? [prompt] : []), 'consent'])].join(' ')
}

function levelParameters({ ask, verified }: SignInForm, acr: string): Record<string, string> {
  const claim = { value: acr, ...(ask === 'essential' ? { essential: true } : {}) }
  const claims = {
    ...(ask === 'acr_values' ? {} : { id_token: { acr: claim } }),
    ...(verified ? { userinfo: { verified_claims: VERIFIED } } : {}),
  }
  return {
    ...(ask === 'acr_values' ? { acr_values: acr } : {}),
    ...(Object.keys(claims).length > 0 ? { claims: JSON.stringify(claims) } : {}),
  }
}

const VERIFIED = {
  verification: {
    trust_framework: null,
    time: null,
    evidence: [{ type: null, check_details: null, record: null }],
  },
  claims: { given_name: null, family_name: null, birthdate: null },
  purpose: 'To show what verified claims look like',
}

/** openid-client checks state, iss (RFC 9207), PKCE, the signature, nonce, aud, exp and max_age. */
export async function finishSignIn(
  config: client.Configuration,
  currentUrl: URL,
  pending: PendingSignIn,
): Promise<SignIn> {
  const tokens = await client.authorizationCodeGrant(config, currentUrl, {
    pkceCodeVerifier: pending.verifier,
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
    ...(pending.maxAge === undefined ? {} : { maxAge: pending.maxAge }),
  })
  return { ...(await signInOf(config, tokens)), request: pending.request }
}

export async function refreshSignIn(config: client.Configuration, old: SignIn): Promise<SignIn> {
  if (old.refreshToken === undefined) throw new Error('there is no refresh token')
  const tokens = await client.refreshTokenGrant(config, old.refreshToken)
  return { ...(await signInOf(config, tokens, old)), request: old.request }
}

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers

async function signInOf(
  config: client.Configuration,
  tokens: Tokens,
  old?: SignIn,
): Promise<SignIn> {
  const claims = tokens.claims() ?? old?.claims
  if (claims === undefined) throw new Error('the window sent no ID token')
  const refreshToken = tokens.refresh_token ?? old?.refreshToken
  return {
    claims,
    idToken: tokens.id_token ?? old?.idToken ?? '',
    accessToken: tokens.access_token,
    ...(refreshToken ? { refreshToken } : {}),
    facts: {
      token_type: tokens.token_type,
      scope: tokens.scope ?? '',
      expires_in: tokens.expires_in,
      refresh_token: refreshToken !== undefined,
      received_at: new Date().toISOString(),
      ...(tokens.authorization_details
        ? { authorization_details: tokens.authorization_details }
        : {}),
    },
    userinfo: await client.fetchUserInfo(config, tokens.access_token, claims.sub),
  }
}
