import { algorithmFault, digestsIn } from './algorithms.ts'
import { isCscError } from './errors.ts'
import { REFUSED, type Key } from './key.ts'
import type { CscNeeds, Person } from './needs.ts'
import type { SignHashRequest } from './sign-requests.ts'

/** Section 11.10. All signatures of a call or an error: what was signed before it is spent. */
export function signHashCall({ ports, sam }: Pick<CscNeeds, 'ports' | 'sam'>) {
  const { clock, events } = ports
  return async (person: Person, asked: SignHashRequest, key: Key) => {
    const fault = algorithmFault(asked, key.credential.alg)
    if (fault) return fault
    const digests = digestsIn(asked.hashes, 'hash')
    if (isCscError(digests)) return digests
    const { activationId, credentialId } = key
    const why = await sam.objects(activationId, digests, person)
    if (why !== undefined) return REFUSED[why]
    if (!sam.signsDigests(key.credential)) return REFUSED.no_digests
    const signatures: string[] = []
    for (const digest of digests) {
      const answer = await sam.signDigest(activationId, digest, person)
      if (answer.kind === 'refused') return REFUSED[answer.why]
      signatures.push(Buffer.from(answer.signature).toString('base64'))
    }
    const { clientId, subjectId } = person
    const count = signatures.length
    const detail = { count, credential: credentialId, activation: activationId }
    await events.record({ type: 'hashes.signed', at: clock.now(), clientId, subjectId, detail })
    return { signatures }
  }
}
