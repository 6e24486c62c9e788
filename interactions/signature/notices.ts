import type { SignatureNeeds } from './needs.ts'
import type { SignaturePolicy } from './policy.ts'
import type { Plan, Reviewed } from './state.ts'

const SIGNED: readonly Reviewed[] = ['documents', 'transaction', 'hashes']

const TOLD: Readonly<Record<SignaturePolicy['notices'], readonly Reviewed[]>> = {
  all: [...SIGNED, 'declaration'],
  signatures: SIGNED,
  certificates: [],
  off: [],
}

/** The message that tells the citizen of a signature is written down with his yes, before anything is signed; here it
 *  is let go when what was signed is handed over, or taken back when nothing was. Whoever breaks off in between leaves
 *  it there, and it goes out when the activation ends, if the key was used. */
export function signatureNotices(
  { citizenNotices }: Pick<SignatureNeeds, 'citizenNotices'>,
  { notices }: Pick<SignaturePolicy, 'notices'>,
) {
  /** A signature is neither held up nor undone by its notice. */
  async function settle(about: string, how: 'hasten' | 'remove'): Promise<void> {
    await citizenNotices[how]({ kind: 'signed', about }).catch(() => undefined)
  }

  return {
    isToldOf: (what: Reviewed): boolean => TOLD[notices].includes(what),

    /** What fails leaves nothing that anybody could be told of. */
    async orNone<Made>(activationId: string, make: () => Promise<Made>): Promise<Made> {
      try {
        return await make()
      } catch (error) {
        await settle(activationId, 'remove')
        throw error
      }
    },

    async handedOver(
      activationId: string,
      { digests }: Plan['sad'],
      done: boolean | 'partly',
    ): Promise<void> {
      if (done === false) await settle(activationId, 'remove')
      // Digests are signed later, when the service asks for it: the citizen is told once, at the end.
      else if (digests.length === 0) await settle(activationId, 'hasten')
    },
  }
}
