import type { Visit } from '../../src/assurance/level.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import { ask, CANCELLED, PROVE_AGAIN, stop, type Answer, type Asked, type State } from './answer.ts'
import type { signingCredentials } from './credentials.ts'
import type { SignatureGuard } from './guard.ts'
import type { SignatureNeeds } from './needs.ts'
import { signingPasskey } from './passkey.ts'
import { shownNameOf, subjectOf } from './person.ts'
import type { SignaturePolicy } from './policy.ts'
import type { SignatureError } from './state.ts'
import { termsText } from './words.ts'

interface Around {
  readonly guard: SignatureGuard
  readonly credentials: ReturnType<typeof signingCredentials>
  /** From the start: with a key to what is to be signed. */
  begin(visit: Visit): Promise<Answer>
  review(visit: Visit, person: PersonName, credential: SigningCredential): Promise<Answer>
}

/** How a person comes to a key and to the passkeys that activate it: the first, one more, or a new one for one that is
 *  lost. */
export function enrolling(ports: SignatureNeeds, policy: SignaturePolicy, around: Around) {
  const { guard, credentials, begin, review } = around
  const passkeys = signingPasskey(ports, policy)

  function askTerms({ locale }: Visit, person: PersonName): Answer {
    const { protection } = ports.signing.keys
    const text = termsText(person, protection, locale)
    return ask({ kind: 'terms', name: shownNameOf(person), text, protection })
  }

  async function answered(
    turn: Asked,
    state: State<'terms' | 'passkey'>,
    person: PersonName,
  ): Promise<Answer> {
    const { visit, input } = turn
    const isRefused = input['action'] === 'refuse'
    if (state.kind === 'passkey' && state.isAdditional) {
      return isRefused ? begin(visit) : added(turn, state, person)
    }
    if (isRefused) return CANCELLED
    if (state.kind === 'passkey') return attested(turn, state, person)
    if (input['action'] !== 'agree') return askTerms(visit, person)
    return ask(await passkeys.ask(subjectOf(visit), {}))
  }

  async function attested(
    { visit, input }: Asked,
    state: State<'passkey'>,
    person: PersonName,
  ): Promise<Answer> {
    const subjectId = subjectOf(visit)
    const { isReplacing } = state
    const passkey = await passkeys.made(subjectId, state, input['attestation'])
    if (typeof passkey === 'string') {
      return ask(await passkeys.ask(subjectId, { isReplacing }), passkey)
    }
    const tryAt = await guard.take('enrolments', subjectId)
    if (tryAt !== undefined) return stop('too_many', tryAt)
    const made = await credentials
      .make({ visit, person, passkey, isReplacing })
      .catch(async (error: unknown) => {
        await guard.giveBack('enrolments', subjectId)
        throw error
      })
    return review(visit, person, made)
  }

  /** A lost passkey is replaced by whoever has just shown his face again. */
  async function replace(visit: Visit): Promise<Answer> {
    const subjectId = subjectOf(visit)
    if (!(await credentials.mayReplace(subjectId))) return PROVE_AGAIN
    return ask(await passkeys.ask(subjectId, { isReplacing: true }))
  }

  /** So is another one added. */
  async function another(visit: Visit, person: PersonName, error?: SignatureError) {
    const subjectId = subjectOf(visit)
    if (!(await credentials.mayReplace(subjectId))) return PROVE_AGAIN
    const found = await credentials.find(visit, person)
    if (found.kind !== 'usable') return begin(visit)
    const besides = found.credential.passkeys
    return ask(await passkeys.ask(subjectId, { besides }), error)
  }

  async function added(
    { visit, input }: Asked,
    state: State<'passkey'>,
    person: PersonName,
  ): Promise<Answer> {
    const subjectId = subjectOf(visit)
    const passkey = await passkeys.made(subjectId, state, input['attestation'])
    if (typeof passkey === 'string') return another(visit, person, passkey)
    const tryAt = await guard.take('enrolments', subjectId)
    if (tryAt !== undefined) return stop('too_many', tryAt)
    const found = await credentials.find(visit, person)
    if (found.kind === 'usable') await credentials.bind(visit, found.credential, passkey)
    return begin(visit)
  }

  return { askTerms, answered, replace, another }
}
