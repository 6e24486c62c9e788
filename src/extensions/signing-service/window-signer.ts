import { importJWK, SignJWT } from 'jose'
import { PanjerehError } from '../../errors.ts'
import type { KeyRing } from '../../ports/key-ring.ts'
import type { WebhookNeeds } from './webhook-delivery.ts'

/** Compact JWTs with the key that the window signs with now; whoever gets one finds it in our `jwks_uri`. */
export function windowSigner({ jwks }: KeyRing): WebhookNeeds['sign'] {
  const jwk = jwks.find(({ use, alg, d }) => use === 'sig' && alg !== undefined && d !== undefined)
  if (jwk?.alg === undefined) throw new PanjerehError('key_unavailable', 'no key signs webhooks')
  const { alg, kid } = jwk
  const key = importJWK(jwk, alg)
  return async (claims, typ) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ }).sign(await key)
}
