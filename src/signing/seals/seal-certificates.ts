import { isDeepStrictEqual } from 'node:util'
import { Declined, NotDecidedYet } from '../../errors.ts'
import type { EventType, ServiceEvent } from '../../ports/event-sink.ts'
import type { Ports } from '../../ports/index.ts'
import type { RevocationReason } from '../../ports/revocation-checker.ts'
import type { Seal, SealOwner, SealRequest } from '../../ports/seal-store.ts'
import type { SigningAlgorithm } from '../../ports/signer.ts'
import type { SigningServices } from '../../ports/signing-services.ts'
import { certified, orNoKey, requestOf, takenBack } from '../certified.ts'
import { organizationSubject } from '../x509/subject-name.ts'

export type SealCertificateNeeds = Pick<Ports, 'clock' | 'random' | 'seals'> &
  Pick<SigningServices, 'keys' | 'authority'>

export interface SealPolicy {
  /** ES256. */
  readonly alg?: SigningAlgorithm
  /** Days before the certificate's end in which it is renewed; 30. */
  readonly renewalDays?: number
}

/** Who makes or ends one: `operator`, or the window by itself. */
export type Actor = 'operator' | 'window'

export type Organization = Seal['organization']

const DAY_MS = 86_400_000
const AT_ONCE = 50
/** The whole identifier is given: nothing comes before it. */
const NO_PREFIX = { person: '', organization: '' }

/** From a legal person's key to its certificate, and back. This folder alone makes keys of seals and signs with them,
 *  as the SAM alone signs with those of people. */
export function sealCertificates(ports: SealCertificateNeeds, policy: SealPolicy = {}) {
  const { authority, clock, keys, random, seals } = ports
  const { alg = 'ES256', renewalDays = 30 } = policy

  function event(
    type: EventType,
    { owner, id }: Pick<Seal, 'owner' | 'id'>,
    actor: Actor,
    detail: ServiceEvent['detail'] = {},
  ): ServiceEvent {
    const clientId = clientOf(owner)
    const by = actor === 'operator' ? actor : undefined
    return { type, at: clock.now(), clientId, actor: by, detail: { seal: id, ...detail } }
  }

  async function made(owner: SealOwner, organization: Organization): Promise<Seal> {
    const subject = subjectOf(organization)
    const known = await remembered(owner, organization)
    const asked = known ?? (await newRequest(owner, organization))
    const { id, keyId, publicKey, request } = asked
    const key = { id: keyId, publicKey }
    try {
      const wish = { key, alg: asked.alg, subject, request, profile: 'seal' } as const
      const { chain, own } = await certified(ports, wish)
      return {
        ...{ id: random.uuid(), owner, organization, keyId, alg: asked.alg },
        protection: keys.protection,
        certificateChain: chain,
        createdAt: clock.now(),
        expiresAt: own.notAfter,
      }
    } catch (error) {
      // What waits for a person's word is asked for again later, with this very key.
      const isWaiting = error instanceof NotDecidedYet
      if (isWaiting && known === undefined && (await seals.remember(asked))) throw error
      const isKept = known !== undefined && !(error instanceof Declined)
      if (!isKept) await dropped({ id, keyId, protection: keys.protection })
      throw error
    }
  }

  /** What the authority was asked for before, if it is what is wanted now; anything else is dropped. */
  async function remembered(
    owner: SealOwner,
    organization: Organization,
  ): Promise<SealRequest | undefined> {
    const known = await seals.requested(owner)
    if (known === undefined) return undefined
    const isSame = isDeepStrictEqual({ ...known.organization }, { ...organization })
    if (isSame && known.protection === keys.protection) return known
    await dropped(known)
    return undefined
  }

  /** The key first: of what breaks off in between the request is still there to be found. */
  async function dropped({
    id,
    keyId,
    protection,
  }: Pick<SealRequest, 'id' | 'keyId' | 'protection'>) {
    if (protection === keys.protection) await keys.destroy(keyId).catch(() => undefined)
    await seals.forget(id)
  }

  async function newRequest(owner: SealOwner, organization: Organization): Promise<SealRequest> {
    const subject = subjectOf(organization)
    const key = await keys.create(alg, `seal:${owner}`)
    const request = await orNoKey(keys, key.id, () => requestOf(keys, { key, alg, subject }))
    return {
      ...{ id: random.uuid(), owner, organization, keyId: key.id, alg, request },
      publicKey: key.publicKey,
      protection: keys.protection,
      createdAt: clock.now(),
    }
  }

  /** What was made, or undefined when somebody else was faster: then nothing is left of it. */
  async function added(seal: Seal, replaces: Seal | undefined, actor: Actor) {
    const events = [event('seal.created', seal, actor, { alg, renewed: replaces !== undefined })]
    try {
      if (await seals.add(seal, replaces?.id, events)) return seal
    } catch (error) {
      await unmade(seal)
      throw error
    }
    await unmade(seal)
    return undefined
  }

  async function unmade({ owner, keyId, certificateChain: [own = Buffer.alloc(0)] }: Seal) {
    const asked = await seals.requested(owner)
    if (asked?.keyId === keyId) await seals.forget(asked.id)
    await Promise.all([
      keys.destroy(keyId).catch(() => undefined),
      takenBack(authority, { der: own }),
    ])
  }

  /** The key is destroyed; of one that was revoked the authority is told, too. False: one of them was away. */
  async function withdrawn(seal: Seal, actor: Actor): Promise<boolean> {
    const { id, keyId, ended, expiresAt, certificateChain } = seal
    const [own = Buffer.alloc(0)] = certificateChain
    const reason = ended?.reason ?? 'unspecified'
    const isOver = reason === 'renewed' || expiresAt <= clock.now()
    const steps = await Promise.allSettled([
      // A key that lies elsewhere is not here to be destroyed: the operator has changed the place of keys.
      seal.protection === keys.protection ? keys.destroy(keyId) : undefined,
      isOver ? undefined : authority.revoke(own, reason),
    ])
    if (steps.some(({ status }) => status === 'rejected')) return false
    await seals.told(id, clock.now(), [event('seal.withdrawn', seal, actor, { reason })])
    return true
  }

  return {
    /** In force, not over, and with a key in this key store. */
    async current(owner: SealOwner): Promise<Seal | undefined> {
      const seal = await seals.inForce(owner)
      if (seal === undefined || clock.now() >= seal.expiresAt) return undefined
      return seal.protection === keys.protection ? seal : undefined
    },

    /** A new one, in the place of `replaces`. Undefined when the owner has (another) one already. Throws RangeError
     *  for a name that no certificate can carry, `NotDecidedYet`: then key and request are remembered, and the next call
     *  for the same organisation goes on with them; and `UpstreamUnavailable`: then nothing more is left of it. */
    async create(
      owner: SealOwner,
      organization: Organization,
      { replaces, actor }: { readonly replaces?: Seal; readonly actor: Actor },
    ): Promise<Seal | undefined> {
      const seal = await added(await made(owner, organization), replaces, actor)
      if (seal === undefined || replaces === undefined) return seal
      await withdrawn({ ...replaces, ended: { at: clock.now(), reason: 'renewed' } }, actor)
      return seal
    },

    /** Nothing is sealed with it from here on. False: the authority or the key store was away and will be told by
     *  `withdrawOutstanding`. Safe to repeat. */
    async revoke(seal: Seal, reason: RevocationReason, actor: Actor): Promise<boolean> {
      const ended = { at: clock.now(), reason }
      await seals.end(seal.id, ended, [event('seal.revoked', seal, actor, { reason })])
      return withdrawn({ ...seal, ended }, actor)
    },

    async withdrawOutstanding(): Promise<void> {
      for (const seal of await seals.untold(AT_ONCE)) await withdrawn(seal, 'window')
    },

    /** It ends soon, or its key is in another place than keys are now. Of a short certificate the last third is soon:
     *  otherwise it would be renewed for ever. */
    renewDue({ createdAt, expiresAt, protection }: Seal): boolean {
      const soon = Math.min(renewalDays * DAY_MS, (expiresAt - createdAt) / 3)
      return clock.now() >= expiresAt - soon || protection !== keys.protection
    },
  }
}

const subjectOf = ({ name, identifier }: Organization) =>
  organizationSubject({ name, number: identifier }, NO_PREFIX)

export type SealCertificates = ReturnType<typeof sealCertificates>

export const ownerOf = (clientId: string): SealOwner => `client:${clientId}`

export const clientOf = (owner: SealOwner): string | undefined =>
  owner === 'window' ? undefined : owner.slice('client:'.length)
