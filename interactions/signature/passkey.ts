import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { Passkey } from '../../src/ports/authenticator-store.ts'
import type { Ports } from '../../src/ports/index.ts'
import { attestationChain, attestationFault } from './attestation.ts'
import type { SignaturePolicy } from './policy.ts'
import type { SignatureState } from './state.ts'

type Needs = Pick<Ports, 'authenticators' | 'authenticatorModels' | 'clock' | 'random'>
type PasskeyPage = Extract<SignatureState, { kind: 'passkey' }>
type Registration = NonNullable<VerifiedRegistrationResponse['registrationInfo']>

/** Undefined and empty: the first one of a person. */
export interface PasskeyPurpose {
  readonly isReplacing?: boolean
  /** One more, on another device than these. */
  readonly besides?: readonly string[]
}

const LIFETIME_MS = 300_000
const LONGEST = 64 * 1024
const Attestation = z.looseObject({ id: z.string().max(1400), response: z.looseObject({}) })

/** The passkey that will say yes to signatures (WebAuthn Level 3): made with user verification, and where the policy
 *  says so only in an authenticator that its maker vouches for and that gives no copies away. */
export function signingPasskey(ports: Needs, policy: SignaturePolicy) {
  const { authenticators, authenticatorModels, clock, random } = ports
  const isAttested = policy.attestation === 'attested'

  async function ask(subjectId: string, why: PasskeyPurpose): Promise<PasskeyPage> {
    const { isReplacing = false, besides = [] } = why
    const options = await generateRegistrationOptions({
      rpID: policy.rpId,
      rpName: policy.rpName,
      // The device shows this name among its passkeys: no number and no name of the person.
      userName: policy.rpName,
      userID: new TextEncoder().encode(subjectId),
      challenge: Uint8Array.from(random.bytes(32)),
      attestationType: isAttested ? 'direct' : 'none',
      timeout: LIFETIME_MS,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: besides.map((id) => ({ id })),
    })
    const { challenge } = options
    const expiresAt = clock.now() + LIFETIME_MS
    return {
      kind: 'passkey',
      options: JSON.stringify(options),
      challenge,
      expiresAt,
      isReplacing,
      isAdditional: besides.length > 0,
    }
  }

  /** What was made, not yet written down. */
  async function made(
    subjectId: string,
    { challenge, expiresAt }: PasskeyPage,
    answer: string | undefined,
  ): Promise<Passkey | 'signature_passkey_failed' | 'signature_passkey_weak'> {
    const given = clock.now() < expiresAt ? parsed(answer) : undefined
    const registration = given && (await verified(given, challenge))
    if (registration === undefined) return 'signature_passkey_failed'
    if (isAttested && (await isWeak(registration))) return 'signature_passkey_weak'
    const { credential, credentialBackedUp } = registration
    // Ids are random: one that is there already was not just made.
    if (await authenticators.find(credential.id)) return 'signature_passkey_failed'
    return {
      credentialId: credential.id,
      subjectId,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      isBackedUp: credentialBackedUp,
      createdAt: clock.now(),
    }
  }

  async function verified(response: RegistrationResponseJSON, expectedChallenge: string) {
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: policy.origin,
        expectedRPID: policy.rpId,
        requireUserVerification: true,
      })
      return registrationInfo
    } catch {
      return undefined
    }
  }

  /** Synced between devices, or vouched for by nobody whom the FIDO Alliance knows. */
  async function isWeak(registration: Registration): Promise<boolean> {
    const { aaguid, attestationObject, credentialDeviceType } = registration
    if (credentialDeviceType === 'multiDevice') return true
    const chain = attestationChain(attestationObject)
    const model = await authenticatorModels?.find(aaguid.toLowerCase())
    return attestationFault(chain, model, clock.now()) !== undefined
  }

  return { ask, made }
}

function parsed(answer = ''): RegistrationResponseJSON | undefined {
  if (answer.length > LONGEST) return undefined
  try {
    const { data } = Attestation.safeParse(JSON.parse(answer))
    return data as unknown as RegistrationResponseJSON | undefined
  } catch {
    return undefined
  }
}
