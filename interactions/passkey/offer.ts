import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { Offer, Outcome, Turn, Visit } from '../../src/assurance/level.ts'
import type { Ports } from '../../src/ports/index.ts'
import { parseJson } from './level.ts'
import { passkeyPages } from './page.ts'
import { LIFETIME_MS, type PasskeyPolicy } from './policy.ts'
import { PasskeyState } from './state.ts'

type Needs = Pick<Ports, 'authenticators' | 'clock' | 'events' | 'random'>
type Answer = Outcome<PasskeyState>

const Attestation = z.looseObject({ id: z.string().max(1400), response: z.looseObject({}) })
const NOTHING: Answer = { kind: 'proved', evidence: [] }

/** Once the number is proved: a key on this device, so that the next sign-in needs no message. */
export function passkeyOffer(ports: Needs, policy: PasskeyPolicy): Offer<PasskeyState> {
  const { authenticators, clock, events, random } = ports

  async function begin({ subjectId }: Visit): Promise<Answer> {
    if (subjectId === undefined) return NOTHING
    const known = await authenticators.ofSubject(subjectId)
    return known.length > 0 ? NOTHING : ask(subjectId)
  }

  async function ask(subjectId: string, error?: string): Promise<Answer> {
    const options = await generateRegistrationOptions({
      rpID: policy.rpId,
      rpName: policy.rpName,
      // The device shows this name among its passkeys: no number and no name of the person.
      userName: policy.rpName,
      userID: new TextEncoder().encode(subjectId),
      challenge: Uint8Array.from(random.bytes(32)),
      attestationType: 'none',
      timeout: LIFETIME_MS,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    const { challenge } = options
    const state = {
      challenge,
      options: JSON.stringify(options),
      expiresAt: clock.now() + LIFETIME_MS,
    }
    return { kind: 'ask', page: 'register', state, error }
  }

  async function attested({ visit, state, input }: Turn<PasskeyState>): Promise<Answer> {
    const { subjectId } = visit
    if (subjectId === undefined) return NOTHING
    if (clock.now() >= state.expiresAt) return ask(subjectId, 'passkey_expired')
    const given = parseJson(Attestation, input['attestation'])
    const registration =
      given && (await verify(given as unknown as RegistrationResponseJSON, state))
    if (registration === undefined) return ask(subjectId, 'passkey_failed')
    const { credential, credentialBackedUp } = registration
    await authenticators.add({
      credentialId: credential.id,
      subjectId,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      isBackedUp: credentialBackedUp,
      createdAt: clock.now(),
    })
    const { clientId, requestId } = visit
    const about = { at: clock.now(), subjectId, clientId, requestId }
    await events.record({ type: 'authenticator.added', ...about })
    return NOTHING
  }

  async function verify(response: RegistrationResponseJSON, state: PasskeyState) {
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge: state.challenge,
        expectedOrigin: policy.origin,
        expectedRPID: policy.rpId,
        requireUserVerification: true,
      })
      return registrationInfo
    } catch {
      return undefined
    }
  }

  return {
    name: 'passkey-offer',
    afterRank: 1,
    parse: (stored) => PasskeyState.parse(stored),
    begin,
    proceed: async (turn) =>
      turn.input['action'] === 'skip' ? { kind: 'refused', reason: 'cancelled' } : attested(turn),
    pages: { register: passkeyPages.register },
  }
}
