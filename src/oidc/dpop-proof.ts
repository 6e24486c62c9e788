import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'
import type { Context } from 'koa'
import { z } from 'zod'
import type { Clock } from '../ports/clock.ts'

/** What proofs are signed with: as discovery says (`dpop_signing_alg_values_supported`). */
export const PROOF_ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256'] as const

/** As oidc-provider has it for its own endpoints; ahead of our clock less (FAPI 2.0, section 5.3.2.1). Seconds. */
export const LONGEST_AGE = 300
const LONGEST_AHEAD = 60
const LONGEST_PROOF = 8192

export interface DpopProof {
  /** RFC 7638, of the key that has signed it. */
  readonly thumbprint: string
  readonly jti: string
}

const Claims = z.looseObject({
  jti: z.string().min(1).max(512),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
})

/** The proof that comes with a request to one of the window's own services (RFC 9449 section 4.3), for this access
 *  token; undefined for what proves nothing. Whether it was used before the caller asks the store. A nonce (section 9)
 *  is demanded nowhere: the time says how fresh it is. `address`: of the request, without query. */
export async function dpopProof(
  ctx: Context,
  clock: Clock,
  expected: { readonly address: string; readonly accessToken: string },
): Promise<DpopProof | undefined> {
  // Two headers come as one, with a comma: no JWT has that.
  const proof = ctx.get('DPoP')
  if (proof === '' || proof.length > LONGEST_PROOF) return undefined
  const verified = await checked(proof)
  const { data: claims } = Claims.safeParse(verified?.payload)
  const jwk = verified?.protectedHeader.jwk
  if (claims === undefined || jwk === undefined) return undefined
  const age = clock.now() / 1000 - claims.iat
  const isFresh = age <= LONGEST_AGE && age >= -LONGEST_AHEAD
  const isForThis = claims.htm === ctx.method && isSame(claims.htu, expected.address)
  const ath = createHash('sha256').update(expected.accessToken).digest('base64url')
  if (!isFresh || !isForThis || claims.ath !== ath) return undefined
  return { thumbprint: await calculateJwkThumbprint(jwk), jti: claims.jti }
}

async function checked(proof: string) {
  try {
    return await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...PROOF_ALGORITHMS],
      typ: 'dpop+jwt',
    })
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

function isSame(htu: string, address: string): boolean {
  const url = URL.parse(htu)
  if (url === null) return false
  url.hash = ''
  url.search = ''
  return url.href === new URL(address).href
}
