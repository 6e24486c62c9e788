import type { NewNotice } from '../ports/citizen-notices.ts'
import type { ServiceEvent } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'
import type { RevocationReason } from '../ports/revocation-checker.ts'
import type { SigningAlgorithm } from '../ports/signer.ts'
import type { SigningCredential } from '../ports/signing-credential-store.ts'
import type { SigningServices } from '../ports/signing-services.ts'
import { certified, orNoKey, takenBack, type Certified } from './certified.ts'
import { personSubject, type NamePrefixes, type PersonName } from './x509/subject-name.ts'

export type EnrolmentNeeds = Pick<Ports, 'clock' | 'random' | 'signingCredentials'> &
  Pick<SigningServices, 'keys' | 'authority'>

export interface EnrolmentPolicy {
  /** ES256. */
  readonly alg?: SigningAlgorithm
  /** Days before the certificate's end in which it is renewed; 30. */
  readonly renewalDays?: number
  /** Before the number in the certificate; those of ETSI EN 319 412-1. */
  readonly prefixes?: NamePrefixes
  /** The owner is told by message of what becomes of his certificates, but for what he has just done himself; false. */
  readonly tells?: boolean
  /** Is told of each try to have a certificate taken back and its key destroyed; what failed is tried again. */
  readonly observe?: (seen: Withdrawal) => void
}

export interface Withdrawal {
  readonly outcome: 'told' | 'failed'
  readonly credentialId: string
  /** Why it failed: what the authority or the key store threw. */
  readonly causes: readonly unknown[]
}

export interface Enrolling {
  readonly subjectId: string
  readonly name: PersonName
  /** WebAuthn credential id, base64url: whoever has it can activate the key. */
  readonly passkey: string
  readonly clientId: string
  readonly requestId?: string
  /** Of the message; Persian when nobody is there to choose. */
  readonly locale?: NewNotice['locale']
  /** It takes the place of one that is ending. */
  readonly isRenewal?: boolean
}

/** In whose visit it happens, or who did it. */
export interface About extends Pick<ServiceEvent, 'clientId' | 'requestId' | 'actor'> {
  readonly locale?: NewNotice['locale']
  /** The owner has just said so himself on our page: no message tells him. */
  readonly isOwnWord?: boolean
}

const DAY_MS = 86_400_000
const AT_ONCE = 50
const MOST_FAILED = 3

/** From a person's key to its certificate, and back. */
export function enrolment(ports: EnrolmentNeeds, policy: EnrolmentPolicy = {}) {
  const { authority, clock, keys, random, signingCredentials } = ports
  const { alg = 'ES256', renewalDays = 30, prefixes, observe, tells = false } = policy

  const event = (
    type: ServiceEvent['type'],
    { subjectId }: Pick<SigningCredential, 'subjectId'>,
    { clientId, requestId, actor }: About,
    detail?: ServiceEvent['detail'],
  ): ServiceEvent => ({ type, at: clock.now(), subjectId, clientId, requestId, actor, detail })

  function notice(
    kind: NewNotice['kind'],
    { id: about, subjectId }: Pick<SigningCredential, 'id' | 'subjectId'>,
    locale: NewNotice['locale'] = 'fa',
  ): NewNotice | undefined {
    const at = clock.now()
    return tells ? { kind, about, subjectId, locale, at, dueAt: at } : undefined
  }

  async function stored(wanted: Enrolling, keyId: string, made: Certified) {
    const credential: SigningCredential = {
      ...{ id: random.uuid(), subjectId: wanted.subjectId, keyId, alg },
      protection: keys.protection,
      certificateChain: made.chain,
      passkeys: [wanted.passkey],
      createdAt: clock.now(),
      expiresAt: made.own.notAfter,
    }
    const created = event('signing_credential.created', wanted, wanted, { alg })
    const kind = wanted.isRenewal ? 'renewed' : 'issued'
    try {
      await signingCredentials.add(credential, [created], notice(kind, credential, wanted.locale))
    } catch (error) {
      await takenBack(authority, made.own)
      throw error
    }
    return credential
  }

  /** Local first: from then on nothing is signed, whoever else is away. */
  async function marked(credential: SigningCredential, reason: RevocationReason, about: About) {
    const at = clock.now()
    const revoked = event('signing_credential.revoked', credential, about, { reason })
    const told = about.isOwnWord ? undefined : notice('revoked', credential, about.locale)
    return signingCredentials.revoke(credential.id, { at, reason }, [revoked], told)
  }

  /** The key is destroyed and the authority told. False: one of them could not be, and `withdrawOutstanding` has
   *  to do it. */
  async function withdrawn(
    credential: SigningCredential,
    reason: RevocationReason,
    about: About,
  ): Promise<boolean> {
    const {
      id,
      keyId,
      expiresAt,
      certificateChain: [own = Buffer.alloc(0)],
    } = credential
    // Nobody asks about a certificate that is over, and authorities do not list it any more.
    const isOver = expiresAt <= clock.now()
    const steps = await Promise.allSettled([
      keys.destroy(keyId),
      isOver ? undefined : authority.revoke(own, reason),
    ])
    const causes: unknown[] = []
    for (const step of steps) if (step.status === 'rejected') causes.push(step.reason)
    if (causes.length > 0) {
      observe?.({ outcome: 'failed', credentialId: id, causes })
      return false
    }
    const known = event('signing_credential.withdrawn', credential, about, { reason })
    await signingCredentials.told(id, clock.now(), [known])
    observe?.({ outcome: 'told', credentialId: id, causes })
    return true
  }

  return {
    /** The newest that is neither revoked nor expired, and whose key is in this key store. */
    async current(subjectId: string): Promise<SigningCredential | undefined> {
      const all = await signingCredentials.ofSubject(subjectId)
      return all.find(
        ({ revoked, expiresAt, protection }) =>
          revoked === undefined && clock.now() < expiresAt && protection === keys.protection,
      )
    },

    /** Makes the key, gets the certificate, stores both. Throws RangeError for a name that no certificate can carry,
     *  and `UpstreamUnavailable` when the authority or the key store is away or answers wrongly: then the key is
     *  destroyed, and nothing is stored. */
    async enrol(wanted: Enrolling): Promise<SigningCredential> {
      const subject = personSubject(wanted.name, prefixes)
      const key = await keys.create(alg)
      return orNoKey(keys, key.id, async () => {
        const wish = { key, alg, subject, profile: 'signature' } as const
        return stored(wanted, key.id, await certified(ports, wish))
      })
    },

    /** One more passkey may activate it; whose it is has to be checked before. False: it is gone or revoked. */
    bindPasskey(credential: SigningCredential, passkey: string, about: About): Promise<boolean> {
      const bound = event('signing_credential.bound', credential, about)
      return signingCredentials.bindPasskey(credential.id, passkey, [bound])
    },

    /** At once: nothing is signed with it from here on, its key is destroyed and the authority told. False: key store
     *  or authority was away, and will be told by `withdrawOutstanding`. Safe to repeat. */
    async revoke(
      credential: SigningCredential,
      reason: RevocationReason,
      about: About,
    ): Promise<boolean> {
      await marked(credential, reason, about)
      return withdrawn(credential, reason, about)
    },

    /** All of a person's, for death and for "not me". Answers how many were in force. */
    async revokeFor(
      subjectId: string,
      reason: RevocationReason,
      about: About = {},
    ): Promise<number> {
      const all = await signingCredentials.ofSubject(subjectId)
      const inForce = all.filter(({ revoked }) => revoked === undefined)
      // All of them are dead before anybody is waited for.
      for (const credential of inForce) await marked(credential, reason, about)
      for (const credential of inForce) await withdrawn(credential, reason, about)
      return inForce.length
    },

    /** Tells the authority and the key store of what was revoked while they were away. To be repeated by whoever has
     *  a timer; gives up early when they still are. Answers how many are known now. */
    async withdrawOutstanding(): Promise<number> {
      let known = 0
      let failed = 0
      for (const credential of await signingCredentials.untold(AT_ONCE)) {
        const { reason } = credential.revoked ?? { reason: 'unspecified' }
        if (await withdrawn(credential, reason, {})) known += 1
        else failed += 1
        if (failed === MOST_FAILED) break
      }
      return known
    },

    /** It ends soon. */
    renewDue: ({ expiresAt }: SigningCredential): boolean =>
      clock.now() >= expiresAt - renewalDays * DAY_MS,
  }
}

export type Enrolment = ReturnType<typeof enrolment>
