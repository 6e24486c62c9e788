import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type AuthenticationResponseJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { AssuranceLevel, Outcome, Turn } from '../../src/assurance/level.ts'
import type { Passkey } from '../../src/ports/authenticator-store.ts'
import type { Ports } from '../../src/ports/index.ts'
import { passkeyPages } from './page.ts'
import { LIFETIME_MS, type PasskeyPolicy } from './policy.ts'
import { PasskeyState, type PasskeyError } from './state.ts'

type Needs = Pick<Ports, 'authenticators' | 'clock' | 'random'>
type Answer = Outcome<PasskeyState>

const Assertion = z.looseObject({
  id: z.string().max(1400),
  response: z.looseObject({ userHandle: z.string().max(200).optional() }),
})

/** RFC 8176: `swk`/`hwk` by whether the key can leave the device, `user` for the presence test; `mfa` since
 *  user verification is required, so that a secret or a body joins the key. */
const amrOf = (isBackedUp: boolean) => [isBackedUp ? 'swk' : 'hwk', 'user', 'mfa'] as const

/** Level 1 by a passkey (WebAuthn Level 3) that was made after a code: it names its subject by itself. */
export function passkeyLevel(ports: Needs, policy: PasskeyPolicy): AssuranceLevel<PasskeyState> {
  const { authenticators, clock, random } = ports

  async function ask(error?: PasskeyError): Promise<Answer> {
    const options = await generateAuthenticationOptions({
      rpID: policy.rpId,
      challenge: Uint8Array.from(random.bytes(32)),
      userVerification: 'required',
      timeout: LIFETIME_MS,
    })
    const { challenge } = options
    const state = {
      challenge,
      options: JSON.stringify(options),
      expiresAt: clock.now() + LIFETIME_MS,
    }
    return { kind: 'ask', page: 'assert', state, error }
  }

  async function asserted({ state, input }: Turn<PasskeyState>): Promise<Answer> {
    if (clock.now() >= state.expiresAt) return ask('passkey_expired')
    const given = parseJson(Assertion, input['assertion'])
    if (given === undefined) return ask('passkey_failed')
    const passkey = await authenticators.find(given.id)
    if (passkey === undefined) return ask('passkey_unknown')
    if (!isOwner(given.response.userHandle, passkey)) return ask('passkey_failed')
    const verified = await verify(given as unknown as AuthenticationResponseJSON, state, passkey)
    if (verified === undefined) return ask('passkey_failed')
    if (!(await authenticators.used(passkey.credentialId, verified.newCounter, clock.now()))) {
      return ask('passkey_failed')
    }
    const evidence = {
      rank: 1,
      method: 'passkey',
      amr: amrOf(verified.credentialBackedUp),
      provedAt: clock.now(),
      verifier: 'passkey/1',
      detail: { backedUp: verified.credentialBackedUp },
    }
    return { kind: 'proved', subjectId: passkey.subjectId, evidence: [evidence] }
  }

  /** Undefined when it does not verify, for whatever reason. */
  async function verify(
    response: AuthenticationResponseJSON,
    state: PasskeyState,
    passkey: Passkey,
  ) {
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: state.challenge,
        expectedOrigin: policy.origin,
        expectedRPID: policy.rpId,
        requireUserVerification: true,
        credential: {
          id: passkey.credentialId,
          publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
          counter: passkey.counter,
        },
      })
      return verified ? authenticationInfo : undefined
    } catch {
      return undefined
    }
  }

  return {
    name: 'passkey',
    rank: 1,
    parse: (stored) => PasskeyState.parse(stored),
    begin: () => ask(),
    proceed: async (turn) =>
      turn.input['action'] === 'otp' ? { kind: 'switch', to: 'otp' } : asserted(turn),
    pages: passkeyPages,
  }
}

/** WebAuthn Level 3, 7.2 step 6: nobody was named beforehand, so the credential has to name its owner. */
function isOwner(userHandle: string | undefined, { subjectId }: Passkey): boolean {
  return Buffer.from(userHandle ?? '', 'base64url').toString('utf8') === subjectId
}

/** Undefined for what is no JSON of this shape. */
export function parseJson<Value>(
  schema: z.ZodType<Value>,
  text: string | undefined,
): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data
  } catch {
    return undefined
  }
}
