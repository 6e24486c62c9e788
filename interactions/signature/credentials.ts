import type { Visit } from '../../src/assurance/level.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Passkey } from '../../src/ports/authenticator-store.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import { enrolment } from '../../src/signing/enrolment.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import { aboutOf } from './events.ts'
import type { SignatureNeeds } from './needs.ts'
import { subjectOf } from './person.ts'
import type { SignaturePolicy } from './policy.ts'

export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'usable'; readonly credential: SigningCredential }
  /** There is a key, and no passkey any more that could say yes for it. */
  | { readonly kind: 'orphaned' }

interface Enrolling {
  readonly visit: Visit
  readonly person: PersonName
  readonly passkey: Passkey
  /** The passkeys before are lost. */
  readonly isReplacing: boolean
}

/** A person's key and certificate: looked for, made, renewed, and taken back when what activates them is lost. */
export function signingCredentials(ports: SignatureNeeds, policy: SignaturePolicy) {
  const { authenticators, clock, events, evidence, signing } = ports
  const { bindPasskey, current, enrol, revoke, renewDue } = enrolment(
    { ...ports, ...signing },
    { tells: policy.notices !== 'off' },
  )

  async function find(visit: Visit, person: PersonName): Promise<Found> {
    const credential = await current(subjectOf(visit))
    if (credential === undefined) return { kind: 'none' }
    const passkeys = await Promise.all(credential.passkeys.map((id) => authenticators.find(id)))
    if (passkeys.every((one) => one === undefined)) return { kind: 'orphaned' }
    return { kind: 'usable', credential: await renewed(visit, person, credential) }
  }

  /** In time, and while the authority is away later. */
  async function renewed(visit: Visit, person: PersonName, credential: SigningCredential) {
    const [passkey, ...others] = credential.passkeys
    if (passkey === undefined || !renewDue(credential)) return credential
    const { clientId, requestId, locale } = visit
    const { subjectId } = credential
    const about = { clientId, requestId, locale }
    const wanted = { subjectId, name: person, passkey, ...about, isRenewal: true }
    try {
      const made = await enrol(wanted)
      for (const other of others) await bindPasskey(made, other, { clientId, requestId })
      return (await ports.signingCredentials.find(made.id)) ?? made
    } catch (error) {
      if (error instanceof UpstreamUnavailable) return credential
      throw error
    }
  }

  /** All or nothing, but for what is lost: that is taken back first, and stays taken back. */
  async function make({ visit, person, passkey, isReplacing }: Enrolling) {
    const { subjectId, credentialId } = passkey
    if (isReplacing) await takeBack(visit, subjectId)
    await authenticators.add(passkey)
    try {
      const { clientId, requestId, locale } = visit
      await events.record({ type: 'authenticator.added', ...aboutOf(visit, clock) })
      const about = { clientId, requestId, locale }
      const wanted = { subjectId, name: person, passkey: credentialId, ...about }
      return await enrol(wanted)
    } catch (error) {
      await authenticators.remove(subjectId, credentialId)
      throw error
    }
  }

  /** One more passkey for the same key. False: the key was taken back in the meantime. */
  async function bind(visit: Visit, credential: SigningCredential, passkey: Passkey) {
    const { clientId, requestId } = visit
    await authenticators.add(passkey)
    await events.record({ type: 'authenticator.added', ...aboutOf(visit, clock) })
    const about = { clientId, requestId }
    if (await bindPasskey(credential, passkey.credentialId, about)) return true
    await authenticators.remove(passkey.subjectId, passkey.credentialId)
    return false
  }

  /** Every key of the person, with the passkeys that could activate it: who has found the device has nothing. */
  async function takeBack(visit: Visit, subjectId: string): Promise<void> {
    const { clientId, requestId, locale } = visit
    const all = await ports.signingCredentials.ofSubject(subjectId)
    const living = all.filter(({ revoked }) => revoked === undefined)
    for (const credential of living) {
      await revoke(credential, 'superseded', { clientId, requestId, locale })
    }
    const lost = new Set(living.flatMap(({ passkeys }) => passkeys))
    for (const id of lost) {
      await authenticators.remove(subjectId, id)
      await events.record({ type: 'authenticator.removed', ...aboutOf(visit, clock) })
    }
  }

  /** Level 3 was shown just now, and not some time ago in the session. */
  async function mayReplace(subjectId: string): Promise<boolean> {
    const since = clock.now() - policy.recoverySeconds * 1000
    const [shown] = await evidence.ofSubject(subjectId, { rank: 3, since, most: 1 })
    return shown !== undefined
  }

  return { find, make, bind, mayReplace }
}
