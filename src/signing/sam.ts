import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { ActivatedPart, Activation } from '../ports/activation-store.ts'
import type { Passkey } from '../ports/authenticator-store.ts'
import type { NewNotice } from '../ports/citizen-notices.ts'
import type { ServiceEvent } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { Signer } from '../ports/signer.ts'
import type { SigningCredential } from '../ports/signing-credential-store.ts'
import type { Form } from './forms.ts'
import { readAssertion, verifyAssertion, type Assertion } from './assertion.ts'
import { challengeOf, isWellFormed, sha256, type SignatureActivationData } from './sad.ts'

export type SamNeeds = Pick<
  Ports,
  'activations' | 'authenticators' | 'clock' | 'random' | 'signingCredentials'
> & { readonly keys: KeyStore }

export interface SamPolicy {
  /** The window's host, and its origin: on no other page can anything be agreed to. */
  readonly rpId: string
  readonly origin: string
  /** Seconds between what is shown and the passkey's answer. */
  readonly lifetimeSeconds: number
  /** Seconds from the answer in which what was agreed to may be signed; 300. */
  readonly spendSeconds?: number
}

/** What somebody is asked to agree to. */
export interface Proposal {
  readonly subjectId: string
  readonly clientId: string
  readonly credential: SigningCredential
  /** base64url SHA-256 of the bytes to be signed, and of what others have prepared; both as in
   *  `SignatureActivationData`, 1 to 50 together. */
  readonly hashes: readonly string[]
  readonly digests?: readonly string[]
  readonly text: string
}

export interface Activating {
  readonly requestId?: string
  /** The citizen is told by message of what is signed with it, in this language; absent: he is not. */
  readonly tells?: NewNotice['locale']
}

/** For whom a hash is signed: the bearer of a token, or the rung itself. */
export interface Asker {
  readonly subjectId: string
  readonly clientId: string
}

/** `replayed`: this very answer was taken before. `no_credential`: gone, revoked or expired, or another person's. */
export type NotActivated = 'expired' | 'replayed' | 'failed' | 'no_credential'
export type ActivationAnswer =
  | { readonly kind: 'activated'; readonly activationId: string }
  | { readonly kind: 'refused'; readonly why: NotActivated }

/** `unknown`: there is no such activation. `not_yours`: another person's or another client's. `not_agreed`: this one
 *  is not in it. `spent`: it was signed already. `no_digests`: this key signs no finished hashes. */
export type NotSigned =
  'unknown' | 'not_yours' | 'expired' | 'not_agreed' | 'spent' | 'no_credential' | 'no_digests'
export type SamAnswer =
  | {
      readonly kind: 'signed'
      readonly signature: Uint8Array
      readonly credential: SigningCredential
    }
  | { readonly kind: 'refused'; readonly why: NotSigned }

/** `made`: the form whose bytes were signed. */
export type FormAnswer<Made> =
  | (Extract<SamAnswer, { kind: 'signed' }> & { readonly made: Made })
  | Extract<SamAnswer, { kind: 'refused' }>

interface Part {
  readonly kind: ActivatedPart
  /** base64url, 32 bytes. */
  readonly value: string
}

const SPEND_SECONDS = 300

/** The signature activation module (EN 419 241-1 section 5.9): the only one that lets people's keys sign, and only
 *  what their owner has agreed to by passkey. Throws what the stores and the key store throw (`UpstreamUnavailable`,
 *  `key_unavailable`); a hash whose signing failed so is spent, and has to be agreed to again. */
export function signatureActivation(ports: SamNeeds, policy: SamPolicy) {
  const { activations, authenticators, clock, random, signingCredentials, keys } = ports
  const { rpId, origin, lifetimeSeconds, spendSeconds = SPEND_SECONDS } = policy

  const challenge = (
    sad: SignatureActivationData,
    { keyId, certificateChain }: SigningCredential,
  ) => challengeOf(sad, { keyId, certificate: certificateChain[0] ?? Buffer.alloc(0), rpId })

  /** As it is now: it may have been revoked since the page was drawn. */
  async function usable(id: string, subjectId: string): Promise<SigningCredential | undefined> {
    const credential = await signingCredentials.find(id)
    if (credential?.subjectId !== subjectId || credential.revoked !== undefined) return undefined
    return clock.now() < credential.expiresAt ? credential : undefined
  }

  /** Undefined: not this person's, or not bound to this credential. */
  async function boundPasskey(
    { id }: Assertion,
    { passkeys, subjectId }: SigningCredential,
  ): Promise<Passkey | undefined> {
    if (!passkeys.includes(id)) return undefined
    const passkey = await authenticators.find(id)
    return passkey?.subjectId === subjectId ? passkey : undefined
  }

  /** A counter that does not rise is a copied authenticator, or the same answer once more. */
  async function counted({ credentialId }: Passkey, counter: number): Promise<NotActivated | 'ok'> {
    if (await authenticators.used(credentialId, counter, clock.now())) return 'ok'
    const now = await authenticators.find(credentialId)
    return now?.counter === counter ? 'replayed' : 'failed'
  }

  /** What a judge needs to see it for himself. */
  function proofOf(
    sad: SignatureActivationData,
    { keyId, certificateChain: [certificate = Buffer.alloc(0)] }: SigningCredential,
    { publicKey, isBackedUp }: Passkey,
    assertion: Assertion,
  ): string {
    const passkey = { publicKey, isBackedUp }
    const key = { keyId, certificate: Buffer.from(certificate).toString('base64') }
    return JSON.stringify({ format: 'panjereh-sad-2', sad, key, passkey, rpId, origin, assertion })
  }

  function kept(sad: SignatureActivationData, proof: string): Activation {
    const { subjectId, clientId, credentialId, hashes, digests, text } = sad
    const createdAt = clock.now()
    return {
      ...{ id: random.uuid(), subjectId, clientId, credentialId, hashes, digests },
      ...{ text, proof, createdAt },
      expiresAt: createdAt + spendSeconds * 1000,
    }
  }

  /** Undefined: nothing speaks against it, but it is not spent yet. */
  function objection(
    { subjectId, clientId, expiresAt, hashes, digests }: Activation,
    asker: Asker,
    parts: readonly Part[],
  ): NotSigned | undefined {
    if (subjectId !== asker.subjectId || clientId !== asker.clientId) return 'not_yours'
    if (clock.now() >= expiresAt) return 'expired'
    const agreed = { hash: hashes, digest: digests }
    return parts.every(({ kind, value }) => agreed[kind].includes(value)) ? undefined : 'not_agreed'
  }

  /** The one way to a key. `make`: what it will do, before anything is spent; undefined when it cannot. */
  async function release<Made>(
    activationId: string,
    part: Part,
    asker: Asker,
    make: (signer: Signer, credential: SigningCredential) => Promise<Making<Made> | undefined>,
  ): Promise<FormAnswer<Made>> {
    const activation = await activations.find(activationId)
    if (activation === undefined) return notSigned('unknown')
    const why = objection(activation, asker, [part])
    if (why !== undefined) return notSigned(why)
    const credential = await usable(activation.credentialId, activation.subjectId)
    if (credential === undefined) return notSigned('no_credential')
    const { keyId, alg, certificateChain } = credential
    const making = await make(keys.signer(keyId, alg, certificateChain), credential)
    if (making === undefined) return notSigned('no_digests')
    // Before signing: whoever breaks off in between has lost it, and never gets two signatures.
    if (!(await activations.spend(activationId, part.kind, part.value))) return notSigned('spent')
    return { kind: 'signed', signature: await making.sign(), credential, made: making.made }
  }

  return {
    /** What the passkey must sign. `options`: PublicKeyCredentialRequestOptionsJSON, serialised. Throws RangeError for
     *  what nobody can agree to: no hash or more than 50, one that is none, a text that is too long. */
    async open(proposal: Proposal): Promise<{ sad: SignatureActivationData; options: string }> {
      const { subjectId, clientId, credential, hashes, digests = [], text } = proposal
      if (credential.subjectId !== subjectId) throw new RangeError('the credential is not theirs')
      const sad: SignatureActivationData = {
        ...{ id: random.uuid(), subjectId, clientId, credentialId: credential.id, hashes, digests },
        text: text.normalize('NFC'),
        nonce: Buffer.from(random.bytes(32)).toString('base64url'),
        expiresAt: clock.now() + lifetimeSeconds * 1000,
      }
      if (!isWellFormed(sad)) throw new RangeError('this cannot be agreed to in one act')
      const known = await authenticators.ofSubject(subjectId)
      const transports = new Map(known.map((one) => [one.credentialId, one.transports]))
      const options = await generateAuthenticationOptions({
        rpID: rpId,
        challenge: Uint8Array.from(challenge(sad, credential)),
        userVerification: 'required',
        timeout: lifetimeSeconds * 1000,
      })
      // The library knows a closed list of transports, and browsers pass over those that they do not know.
      const allowCredentials = credential.passkeys.map((id) => ({
        ...{ id, type: 'public-key', transports: transports.get(id) },
      }))
      return { sad, options: JSON.stringify({ ...options, allowCredentials }) }
    },

    /** Checks everything and consumes the nonce: of several at once one is taken. `assertion`:
     *  AuthenticationResponseJSON, as an object or as its JSON. */
    async activate(
      sad: SignatureActivationData,
      assertion: unknown,
      about: Activating,
    ): Promise<ActivationAnswer> {
      if (!isWellFormed(sad)) return notActivated('failed')
      if (clock.now() >= sad.expiresAt) return notActivated('expired')
      const credential = await usable(sad.credentialId, sad.subjectId)
      if (credential === undefined) return notActivated('no_credential')
      const given = readAssertion(assertion)
      const passkey = given && (await boundPasskey(given, credential))
      if (given === undefined || passkey === undefined) return notActivated('failed')
      const expected = { challenge: challenge(sad, credential), origin, rpId }
      const asserted = await verifyAssertion(given, passkey, expected)
      if (asserted === undefined) return notActivated('failed')
      const count = await counted(passkey, asserted.counter)
      if (count !== 'ok') return notActivated(count)
      const { isBackedUp } = asserted
      const activation = kept(sad, proofOf(sad, credential, { ...passkey, isBackedUp }, given))
      const events = [activationGiven(activation, about)]
      const added = await activations.add(
        activation,
        sad.nonce,
        events,
        noticeOf(activation, about),
      )
      return added ? { kind: 'activated', activationId: activation.id } : notActivated('replayed')
    },

    /** Signs these bytes if their hash was agreed to and is not spent. */
    async sign(activationId: string, toBeSigned: Uint8Array, asker: Asker): Promise<SamAnswer> {
      // Nobody changes them between the look at their hash and the signature.
      const bytes = Uint8Array.from(toBeSigned)
      const part = { kind: 'hash', value: sha256(bytes).toString('base64url') } as const
      return release(activationId, part, asker, async (signer) => ({
        sign: () => signer.sign(bytes),
        made: undefined,
      }))
    },

    /** Whether `signDigest` can be had from this one. */
    signsDigests: ({
      keyId,
      alg,
      certificateChain,
    }: Pick<SigningCredential, 'keyId' | 'alg' | 'certificateChain'>): boolean =>
      keys.signer(keyId, alg, certificateChain).signDigest !== undefined,

    /** Signs a digest as it is, if it was agreed to and no form of it is spent (CSC API v2, signatures/signHash), with
     *  keys that can. Throws RangeError for what has not 32 bytes. */
    async signDigest(activationId: string, digest: Uint8Array, asker: Asker): Promise<SamAnswer> {
      const bytes = Uint8Array.from(digest)
      return release(activationId, digestPart(bytes), asker, async (signer) => {
        const made = signer.signDigest?.bind(signer)
        return made && { sign: () => made(bytes), made: undefined }
      })
    },

    /** Signs what a form makes of its digest, by the same rules (signatures/signDoc). Throws what the form throws, and
     *  then nothing is spent. */
    async signForm<Made>(
      activationId: string,
      { digest, make }: Form<Made>,
      asker: Asker,
    ): Promise<FormAnswer<Made>> {
      return release(activationId, digestPart(digest), asker, async (signer, credential) => {
        const { toBeSigned, made } = await make(credential)
        return { sign: () => signer.sign(toBeSigned), made }
      })
    },

    /** What speaks against signing all of these digests, before the first of them is spent. */
    async objects(
      activationId: string,
      digests: readonly Uint8Array[],
      asker: Asker,
    ): Promise<NotSigned | undefined> {
      const activation = await activations.find(activationId)
      if (activation === undefined) return 'unknown'
      const why = objection(activation, asker, digests.map(digestPart))
      if (why !== undefined) return why
      const credential = await usable(activation.credentialId, activation.subjectId)
      return credential === undefined ? 'no_credential' : undefined
    },
  }
}

interface Making<Made> {
  readonly sign: () => Promise<Uint8Array>
  readonly made: Made
}

function digestPart(digest: Uint8Array): Part {
  if (digest.length !== 32) throw new RangeError('a SHA-256 has 32 bytes')
  return { kind: 'digest', value: Buffer.from(digest).toString('base64url') }
}

/** After it nothing can be signed any more: whoever hands over earlier hastens it. */
function noticeOf(
  { id: about, subjectId, createdAt: at, expiresAt }: Activation,
  { tells }: Activating,
): NewNotice | undefined {
  return tells && { kind: 'signed', about, subjectId, locale: tells, at, dueAt: expiresAt }
}

export type SignatureActivation = ReturnType<typeof signatureActivation>

const notActivated = (why: NotActivated): ActivationAnswer => ({ kind: 'refused', why })
const notSigned = (why: NotSigned) => ({ kind: 'refused', why }) as const

function activationGiven(
  { createdAt: at, subjectId, clientId, hashes, digests }: Activation,
  { requestId }: Activating,
): ServiceEvent {
  const detail = { hashes: hashes.length + digests.length }
  return { type: 'activation.given', at, subjectId, clientId, requestId, detail }
}
