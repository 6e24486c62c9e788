import type { AssuranceLevel, Visit } from '../../src/assurance/level.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import { ask, CANCELLED, REFUSALS, stop, type Answer, type Asked, type State } from './answer.ts'
import { ceremony, type ReviewPage, type Signing } from './ceremony.ts'
import { signingCredentials } from './credentials.ts'
import { enrolling } from './enrolling.ts'
import { evidenceOf } from './evidence.ts'
import { reviewFiles } from './files.ts'
import { signatureGuard } from './guard.ts'
import type { SignatureNeeds } from './needs.ts'
import { signaturePages } from './page.ts'
import { personIn, subjectOf } from './person.ts'
import type { SignaturePolicy } from './policy.ts'
import { SignatureState, type SignatureError } from './state.ts'
import { clientNameOf } from './words.ts'

export { SIGNATURE_POLICY, type SignaturePolicy } from './policy.ts'

/** Level 4: the person of level 3 signs what a service asks for, with a key of his own that only his passkey
 *  activates. Whoever has no key yet is led through its making first. */
export function signatureLevel(
  ports: SignatureNeeds,
  policy: SignaturePolicy,
): AssuranceLevel<SignatureState> {
  const { authenticators, clients, clock, identities } = ports
  const guard = signatureGuard(ports, policy)
  const credentials = signingCredentials(ports, policy)
  const { show, sign, objection, refuse } = ceremony(ports, policy)
  const keys = enrolling(ports, policy, { guard, credentials, begin, review })

  async function begin(visit: Visit, error?: SignatureError): Promise<Answer> {
    const person = await personOf(visit)
    if (person === undefined) return stop('not_identified')
    const why = await objection(visit, subjectOf(visit))
    if (why !== undefined) return stop(why)
    const found = await credentials.find(visit, person)
    if (found.kind === 'none') return keys.askTerms(visit, person)
    if (found.kind === 'orphaned') return keys.replace(visit)
    return review(visit, person, found.credential, error)
  }

  async function personOf(visit: Visit): Promise<PersonName | undefined> {
    return personIn(await identities.ofSubject(subjectOf(visit)))
  }

  async function proceed(turn: Asked): Promise<Answer> {
    const { state, input, visit } = turn
    if (state.kind === 'stopped') return leave(visit, state, input['action'])
    if (state.kind === 'unfit') return { kind: 'refused', reason: 'not_eligible' }
    const person = await personOf(visit)
    if (person === undefined) return stop('not_identified')
    if (state.kind === 'review') return reviewed(turn, state, person)
    return keys.answered(turn, state, person)
  }

  async function leave(visit: Visit, { why }: State<'stopped'>, action?: string): Promise<Answer> {
    const mayTryAgain = why === 'unavailable' && action === 'again'
    return mayTryAgain ? begin(visit) : { kind: 'refused', reason: REFUSALS[why] }
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
    if (act === 'lost') return keys.replace(visit)
    if (act === 'another') return keys.another(visit, person)
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
    { visit: { clientId: id }, input }: Asked,
    credential: SigningCredential,
    { activationId, facts, details }: Extract<Signing, { kind: 'signed' }>,
  ): Promise<Answer> {
    const passkey = await authenticators.find(credentialIn(input['assertion']))
    const client = await clients.find(id)
    const names = { fa: clientNameOf(client, 'fa'), en: clientNameOf(client, 'en') }
    const service = { id, names }
    const signed = { credential, passkey, activationId, facts, service, at: clock.now() }
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

const ACTIONS: Readonly<Record<string, 'lost' | 'another' | 'again' | 'refuse'>> = {
  lost_passkey: 'lost',
  another_passkey: 'another',
  again: 'again',
  refuse: 'refuse',
}

function blocked(found: Exclude<Signing, { kind: 'signed' | 'again' }>): Answer {
  return found.kind === 'stop' ? stop(found.why) : ask(found)
}
