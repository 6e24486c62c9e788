import { createRemoteJWKSet, jwtVerify } from 'jose'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export interface LogoutMessage {
  readonly sid?: string
  readonly sub?: string
}

interface Window {
  readonly issuer: string
  readonly jwksUri: string
  readonly clientId: string
}

/** OpenID Connect Back-Channel Logout 1.0 section 2.6, step by step. Throws when the token is not good. */
export function logoutTokens() {
  const seen = new Map<string, number>()
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined

  return async function verify(token: string, window: Window): Promise<LogoutMessage> {
    keys ??= createRemoteJWKSet(new URL(window.jwksUri))
    const { payload } = await jwtVerify(token, keys, {
      issuer: window.issuer,
      audience: window.clientId,
      algorithms: ['ES256', 'RS256', 'EdDSA', 'Ed25519', 'PS256'],
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'jti', 'exp'],
      maxTokenAge: '5m',
      clockTolerance: 30,
    })
    const { sid, sub, jti, events } = payload
    if ('nonce' in payload) throw new Error('a logout token has no nonce')
    if (!isObject(events) || !isObject(events[EVENT])) throw new Error('not a logout event')
    if (typeof sid !== 'string' && typeof sub !== 'string') throw new Error('neither sid nor sub')
    remember(String(jti))
    return {
      ...(typeof sid === 'string' ? { sid } : {}),
      ...(typeof sub === 'string' ? { sub } : {}),
    }
  }

  function remember(jti: string): void {
    const now = Date.now()
    for (const [old, at] of seen) if (now - at > 600_000) seen.delete(old)
    if (seen.has(jti)) throw new Error('this logout token was used before')
    seen.set(jti, now)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
