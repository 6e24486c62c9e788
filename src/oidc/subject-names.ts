import type Provider from 'oidc-provider'
import type { KeyRing } from '../ports/key-ring.ts'
import { pairwiseSubjects, sectorOf } from './pairwise.ts'

/** People as one client names them (OIDC Core 8.1), for services of the window's own. */
export interface SubjectNames {
  /** Undefined when it is no `sub` of this client's. */
  resolve(clientId: string, sub: string): Promise<string | undefined>
  subOf(clientId: string, subjectId: string): Promise<string>
}

export function subjectNames(
  provider: Provider,
  { pairwiseSecret }: Pick<KeyRing, 'pairwiseSecret'>,
): SubjectNames {
  const pairwise = pairwiseSubjects(pairwiseSecret)

  async function sector(clientId: string): Promise<string | undefined> {
    const client = await provider.Client.find(clientId)
    return client && sectorOf(client)
  }

  return {
    async resolve(clientId, sub) {
      const found = await sector(clientId)
      return found === undefined ? undefined : pairwise.resolve(sub, found)
    },
    async subOf(clientId, subjectId) {
      return pairwise.subOf(subjectId, (await sector(clientId)) ?? `client/${clientId}`)
    },
  }
}
