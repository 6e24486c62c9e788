import type { AccountNeeds, AccountPorts } from './needs.ts'

/** A passkey that opens the account and releases no signature. Times in milliseconds since the epoch. */
export interface OwnPasskey {
  /** base64url. */
  readonly id: string
  readonly createdAt: number
  readonly lastUsedAt?: number
  /** Copies of it are kept with its maker, for other devices. */
  readonly isBackedUp: boolean
}

type Ports = Pick<AccountPorts, 'authenticators' | 'signingCredentials'>

/** Newest first. Those that release signatures go with their certificates, and not from here. */
export async function passkeysOf(ports: Ports, subjectId: string): Promise<readonly OwnPasskey[]> {
  const [all, credentials] = await Promise.all([
    ports.authenticators.ofSubject(subjectId),
    ports.signingCredentials.ofSubject(subjectId),
  ])
  const living = credentials.filter(({ revoked }) => revoked === undefined)
  const signing = new Set(living.flatMap(({ passkeys }) => passkeys))
  return all
    .filter(({ credentialId }) => !signing.has(credentialId))
    .toSorted((one, other) => other.createdAt - one.createdAt)
    .map(({ credentialId: id, createdAt, lastUsedAt, isBackedUp }) => ({
      ...{ id, createdAt, lastUsedAt, isBackedUp },
    }))
}

type Needs = Pick<AccountNeeds, 'clientId'> & { readonly ports: AccountPorts }

/** False when it is none of the person's, or releases signatures. */
export async function removePasskey(
  { ports, clientId }: Needs,
  subjectId: string,
  { id, requestId }: { readonly id: string | undefined; readonly requestId?: string },
): Promise<boolean> {
  const own = await passkeysOf(ports, subjectId)
  const chosen = own.find((one) => one.id === id)
  if (chosen === undefined) return false
  await ports.authenticators.remove(subjectId, chosen.id)
  const about = { at: ports.clock.now(), subjectId, clientId, requestId }
  await ports.events.record({ type: 'authenticator.removed', ...about })
  return true
}
