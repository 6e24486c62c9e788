import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Passkey } from '../ports/authenticator-store.ts'

const Base64Url = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[A-Za-z0-9_-]*$/)

/** AuthenticationResponseJSON (WebAuthn Level 3 section 5.1.8), bounded; what else is in it is left out. */
export const Assertion = z.object({
  id: Base64Url(1400),
  rawId: Base64Url(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url(8192),
    authenticatorData: Base64Url(8192),
    signature: Base64Url(8192),
    userHandle: Base64Url(200).nullish(),
  }),
})
export type Assertion = z.infer<typeof Assertion>

export interface Expected {
  readonly challenge: Uint8Array
  readonly origin: string
  readonly rpId: string
}

export interface Asserted {
  /** Of the authenticator, after this act. */
  readonly counter: number
  readonly isBackedUp: boolean
}

const LONGEST = 65_536

/** As an object or as its JSON; undefined for what is none. */
export function readAssertion(given: unknown): Assertion | undefined {
  if (typeof given !== 'string') return Assertion.safeParse(given).data
  if (given.length > LONGEST) return undefined
  try {
    return Assertion.safeParse(JSON.parse(given)).data
  } catch {
    return undefined
  }
}

/** Did this passkey sign this challenge, on our own page, for a person whom it has recognised (WebAuthn Level 3
 *  section 7.2)? Undefined: no. The counter is left to `AuthenticatorStore.used`, which compares and raises it in one
 *  step, while this would compare with what somebody may have raised meanwhile. */
export async function verifyAssertion(
  { response, ...credential }: Assertion,
  { publicKey, credentialId, subjectId }: Passkey,
  { challenge, origin, rpId }: Expected,
): Promise<Asserted | undefined> {
  const { userHandle } = response
  if (userHandle && Buffer.from(userHandle, 'base64url').toString('utf8') !== subjectId) {
    return undefined
  }
  if (isFramed(response.clientDataJSON)) return undefined
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...credential,
        response: { ...response, userHandle: userHandle ?? undefined },
        clientExtensionResults: {},
      },
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: {
        id: credentialId,
        publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')),
        counter: 0,
      },
    })
    const { newCounter: counter, credentialBackedUp: isBackedUp } = authenticationInfo
    return verified ? { counter, isBackedUp } : undefined
  } catch {
    // It throws for every other way in which an assertion is not right.
    return undefined
  }
}

/** Inside of somebody else's page nobody knows what was shown around it. Safari does not say which page it was, and
 *  the library lets that pass. */
function isFramed(clientData: string): boolean {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'))
    return z.object({ crossOrigin: z.literal(true) }).safeParse(said).success
  } catch {
    return true
  }
}
