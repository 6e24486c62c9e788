import type { AssuranceLevel, Outcome, Turn, Visit } from '../../src/assurance/level.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import { ceremony, type ReviewPage, type Signing } from './ceremony.ts'
import { signingCredentials } from './credentials.ts'
import { evidenceOf } from './evidence.ts'
import { reviewFiles } from './files.ts'
import { signatureGuard } from './guard.ts'
import type { SignatureNeeds } from './needs.ts'
import { signaturePages } from './page.ts'
import { signingPasskey } from './passkey.ts'
import { personIn, shownNameOf, subjectOf } from './person.ts'
import type { SignaturePolicy } from './policy.ts'
import { SignatureState, type SignatureError, type SignatureStop } from './state.ts'
import { termsText } from './words.ts'

export { SIGNATURE_POLICY, type SignaturePolicy } from './policy.ts'

type Answer = Outcome<SignatureState>
type State<Kind> = Extract<SignatureState, { kind: Kind }>
type Asked = Turn<SignatureState>

/** Level 4: the person of level 3 signs what a service asks for, with a key of his own that only his passkey
 *  activates. Whoever has no key yet is led through its making first. */
export function signatureLevel(
  ports: SignatureNeeds,
  policy: SignaturePolicy,
): AssuranceLevel<SignatureState> {
  const { authenticators, clock, identities, signing } = ports
  const guard = signatureGuard(ports, policy)
  const passkeys = signingPasskey(ports, policy)
  const credentials = signingCredentials(ports, policy)
  const { show, sign, objection, refuse } = ceremony(ports, policy)

  async function begin(visit: Visit, error?: SignatureError): Promise<Answer> {
    const person = await personOf(visit)
    if (person === undefined) return stop('not_identified')
    const why = await objection(visit, subjectOf(visit))
    if (why !== undefined) return stop(why)
    const found = await credentials.find(visit, person)
    if (found.kind === 'none') return askTerms(visit, person)
    if (found.kind === 'orphaned') return replace(visit)
    return review(visit, person, found.credential, error)
  }

  async function personOf(visit: Visit): Promise<PersonName | undefined> {
    return personIn(await identities.ofSubject(subjectOf(visit)))
  }

  function askTerms({ locale }: Visit, person: PersonName): Answer {
    const { protection } = signing.keys
    const text = termsText(person, protection, locale)
    return ask({ kind: 'terms', name: shownNameOf(person), text, protection })
  }

  async function proceed(turn: Asked): Promise<Answer> {
    const { state, input, visit } = turn
    if (state.kind === 'stopped') return leave(visit, state, input['action'])
    if (state.kind === 'unfit') return { kind: 'refused', reason: 'not_eligible' }
    const person = await personOf(visit)
    if (person === undefined) return stop('not_identified')
    if (state.kind === 'review') return reviewed(turn, state, person)
    const isRefused = input['action'] === 'refuse'
    if (state.kind === 'passkey' && state.isAdditional) {
      return isRefused ? begin(visit) : added(turn, state, person)
    }
    if (isRefused) return CANCELLED
    if (state.kind === 'passkey') return attested(turn, state, person)
    if (input['action'] !== 'agree') return askTerms(visit, person)
    return ask(await passkeys.ask(subjectOf(visit), {}))
  }

  async function leave(visit: Visit, { why }: State<'stopped'>, action?: string): Promise<Answer> {
    const mayTryAgain = why === 'unavailable' && action === 'again'
    return mayTryAgain ? begin(visit) : { kind: 'refused', reason: REFUSALS[why] }
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
  async function askAnother(visit: Visit, person: PersonName, error?: SignatureError) {
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
    if (typeof passkey === 'string') return askAnother(visit, person, passkey)
    const tryAt = await guard.take('enrolments', subjectId)
    if (tryAt !== undefined) return stop('too_many', tryAt)
    const found = await credentials.find(visit, person)
    if (found.kind === 'usable') await credentials.bind(visit, found.credential, passkey)
    return begin(visit)
  }

  async function review(
    visit: Visit,
    person: PersonName,
    credential: SigningCredential,
    error?: SignatureError,
  ): Promise<Answer> {
    const tryAt = await guard.take('looks', subjectOf(visit))
    if (tryAt !== undefined) return stop('too_many', tryAt)
    const shown = await show({ visit, person, credential })
    return shown.kind === 'shown' ? ask(shown.page, error) : blocked(shown)
  }

  async function reviewed(turn: Asked, page: ReviewPage, person: PersonName): Promise<Answer> {
    const { visit, input } = turn
    const act = ACTIONS[input['action'] ?? '']
    if (act === 'lost') return replace(visit)
    if (act === 'another') return askAnother(visit, person)
    if (act === 'again') return begin(visit)
    if (act === 'refuse') {
      // Who does not agree to the terms has said nothing about what he was asked to sign.
      if (page.what !== 'terms') await refuse(visit, subjectOf(visit))
      return CANCELLED
    }
    const found = await credentials.find(visit, person)
    if (found.kind !== 'usable') return begin(visit)
    return attempt(turn, page, { person, credential: found.credential })
  }

  async function attempt(
    turn: Asked,
    page: ReviewPage,
    signer: { readonly person: PersonName; readonly credential: SigningCredential },
  ): Promise<Answer> {
    const subjectId = subjectOf(turn.visit)
    const tryAt = await guard.take('tries', subjectId)
    if (tryAt !== undefined) return stop('too_many', tryAt)
    const outcome = await sign(turn, page, signer).catch(async (error: unknown) => {
      await guard.giveBack('tries', subjectId)
      throw error
    })
    if (outcome.kind === 'again') return begin(turn.visit, outcome.error)
    await guard.giveBack('tries', subjectId)
    if (outcome.kind !== 'signed') return blocked(outcome)
    if (page.what === 'terms') return begin(turn.visit)
    return proved(turn, signer.credential, outcome)
  }

  async function proved(
    { input }: Asked,
    credential: SigningCredential,
    { activationId, facts, details }: Extract<Signing, { kind: 'signed' }>,
  ): Promise<Answer> {
    const passkey = await authenticators.find(credentialIn(input['assertion']))
    const signed = { credential, passkey, activationId, facts, at: clock.now() }
    return { kind: 'proved', evidence: [evidenceOf(signed, policy.lifetimeSeconds)], details }
  }

  return {
    name: 'signature',
    rank: 4,
    parse: (stored) => SignatureState.parse(stored),
    begin: (visit) => unlessAway(() => begin(visit)),
    proceed: (turn) => unlessAway(() => proceed(turn)),
    file: reviewFiles(ports),
    pages: signaturePages,
  }
}

/** The authority, the time stamp or the place of the keys: nothing was handed over. */
async function unlessAway(answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return stop('unavailable')
    throw error
  }
}

/** It has signed already, so that it can be read. */
function credentialIn(assertion = ''): string {
  const { id } = JSON.parse(assertion) as { readonly id?: unknown }
  return typeof id === 'string' ? id : ''
}

const PROVE_AGAIN: Answer = { kind: 'reprove', error: 'signature_prove_again' }
const CANCELLED: Answer = { kind: 'refused', reason: 'cancelled' }

const ACTIONS: Readonly<Record<string, 'lost' | 'another' | 'again' | 'refuse'>> = {
  lost_passkey: 'lost',
  another_passkey: 'another',
  again: 'again',
  refuse: 'refuse',
}

const REFUSALS = {
  not_identified: 'not_eligible',
  unavailable: 'unavailable',
  too_many: 'too_many_tries',
  too_much: 'not_eligible',
  request_gone: 'not_eligible',
  request_over: 'not_eligible',
  not_intended: 'not_eligible',
  not_your_turn: 'not_eligible',
  already_signed: 'not_eligible',
  credential_gone: 'not_eligible',
  text_unfit: 'not_eligible',
} as const satisfies Readonly<Record<SignatureStop, string>>

const ask = (state: SignatureState, error?: SignatureError): Answer => ({
  kind: 'ask',
  page: state.kind,
  state,
  error,
})

const stop = (why: SignatureStop, tryAt?: number): Answer => ask({ kind: 'stopped', why, tryAt })

function blocked(found: Exclude<Signing, { kind: 'signed' | 'again' }>): Answer {
  return found.kind === 'stop' ? stop(found.why) : ask(found)
}
