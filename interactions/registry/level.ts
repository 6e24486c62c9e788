import type { AssuranceLevel, Outcome, Turn, Visit } from '../../src/assurance/level.ts'
import type { Evidence } from '../../src/ports/evidence-store.ts'
import type { Identity, LoweredReason } from '../../src/ports/identity-store.ts'
import type { Ports } from '../../src/ports/index.ts'
import { givenIn, readClaim } from './claim.ts'
import { registryGuard, type Asker } from './guard.ts'
import { inquiry, type Finding } from './inquiry.ts'
import { registryPages } from './page.ts'
import { AWAY_MS, STALE_MS, type RegistryPolicy } from './policy.ts'
import {
  FORMS,
  RegistryState,
  type CheckedIdentity,
  type FormName,
  type Given,
  type RegistryError,
} from './state.ts'

export type { RegistryPolicy } from './policy.ts'

type Needs = Pick<
  Ports,
  'clock' | 'events' | 'identities' | 'limiter' | 'registries' | 'secrets' | 'subjects'
>
type Answer = Outcome<RegistryState>
type Yes = Extract<Finding, { kind: 'yes' }>
type Away = Extract<Finding, { kind: 'away' }>
type State<Kind> = Extract<RegistryState, { kind: Kind }>

/** The registry is asked about the holder of a number: the number must have been shown to be theirs after the
 *  account became theirs. Slack for the rounding of seconds, and for reading a page. */
const SLACK_MS = 60_000

/** Level 2: the national registries say that the number belongs to this person, and that the person lives. It
 *  asks what is not known yet, and nothing of a person whom it knows: that is checked anew in silence. */
export function registryLevel(ports: Needs, policy: RegistryPolicy): AssuranceLevel<RegistryState> {
  const { clock, identities, subjects } = ports
  const guard = registryGuard(ports)
  const inquire = inquiry(ports, policy)

  async function begin(visit: Visit): Promise<Answer> {
    const known = await identities.ofSubject(subjectOf(visit))
    if (known === undefined) return askForm('iranian', {})
    const isOlder = (visit.lastProvedAt ?? 0) * 1000 + SLACK_MS < known.boundAt
    // A session from before the account was this person's may be somebody else's.
    if (visit.identifier === undefined && isOlder) return reprove
    return recheck(visit, known)
  }

  async function recheck(visit: Visit, known: Identity): Promise<Answer> {
    const asker = await askerOf(visit)
    if (asker === undefined) return reprove
    if (!(await guard.mayAsk(asker))) return askForm('iranian', {}, 'registry_too_many')
    const { identifier, document = identifier, attributes } = known
    const claim = { document, birthDate: attributes.birthDate }
    const found = await inquire(visit, claim, asker.mobile)
    if (found.kind === 'away') return askAway(found, {})
    if (found.kind === 'yes') return accept(visit, { ...found, former: renamed(known, found) })
    const reason = lowering(found)
    if (reason !== undefined) await lower(visit, known.subjectId, reason)
    if (found.kind === 'stopped') return stop(found.why)
    return found.about === 'number'
      ? stop('number_moved')
      : askForm(formOf(known), {}, 'registry_changed')
  }

  async function claimed(visit: Visit, form: FormName, given: Given): Promise<Answer> {
    const claim = readClaim(form, given)
    if (typeof claim === 'string') return askForm(form, given, claim)
    const asker = await askerOf(visit)
    if (asker === undefined) return reprove
    if (!(await guard.mayAsk(asker)) || !(await guard.admit(asker, claim.document))) {
      return askForm(form, given, 'registry_too_many')
    }
    const found = await inquire(visit, claim, asker.mobile)
    if (found.kind === 'no') return askForm(form, given, 'registry_mismatch')
    await guard.acquit(asker, claim.document)
    if (found.kind === 'away') return askAway(found, given, form)
    return found.kind === 'stopped' ? stop(found.why) : accept(visit, found)
  }

  /** Both said yes. Whatever the person must know first is shown before anything is written. */
  async function accept(visit: Visit, { identity, former }: Yes): Promise<Answer> {
    const [owner, own] = await Promise.all([
      subjects.findByIdentifier(identity.identifier),
      identities.ofSubject(subjectOf(visit)),
    ])
    const isElsewhere = owner !== undefined && owner.id !== visit.subjectId
    const isOthers = own !== undefined && owner?.id !== visit.subjectId
    if (isElsewhere || isOthers) {
      if (visit.identifier === undefined) return reprove
      return ask('join', { kind: 'join', identity, isOthers })
    }
    return former
      ? ask('renamed', { kind: 'renamed', identity, reason: former })
      : prove(identity, false)
  }

  function prove({ checks, ...identity }: CheckedIdentity, mayMove: boolean): Answer {
    const provedAt = clock.now()
    const expiresAt = provedAt + policy.lifetimeSeconds * 1000
    const evidence = checks.map((check): Evidence => ({
      rank: 2,
      method: 'registry',
      amr: ['registry'],
      provedAt,
      verifier: check.verifier,
      detail: {
        registry: check.registry,
        result: 'match',
        request_id: check.requestId,
        answer_hash: check.answerHash,
        checked_at: check.at,
        expires_at: expiresAt,
      },
    }))
    return { kind: 'proved', evidence, identity: { ...identity, checks, mayMove } }
  }

  /** What was read for too long is asked anew. */
  function agreed({ identity }: State<'join' | 'renamed'>, mayMove: boolean): Answer {
    const age = clock.now() - Math.min(...identity.checks.map(({ at }) => at))
    return age > STALE_MS ? askForm('iranian', {}, 'registry_late') : prove(identity, mayMove)
  }

  async function again(visit: Visit, state: State<'away'>): Promise<Answer> {
    if (clock.now() < state.tryAt) return ask('away', state)
    return state.form ? claimed(visit, state.form, state.given) : begin(visit)
  }

  function askAway({ reason, retryAt }: Away, given: Given, form?: FormName): Answer {
    const tryAt = Math.max(clock.now(), retryAt ?? clock.now() + AWAY_MS)
    const isAnnounced = retryAt !== undefined
    return ask('away', { kind: 'away', reason, tryAt, isAnnounced, form, given })
  }

  async function lower(visit: Visit, subjectId: string, reason: LoweredReason): Promise<void> {
    const at = clock.now()
    const { clientId, requestId } = visit
    const event = { type: 'identity.lowered', at, clientId, requestId, detail: { reason } } as const
    await identities.lower(subjectId, reason, at, [event])
  }

  /** The number is the one that was just proved, or else the one proved last. */
  async function askerOf(visit: Visit): Promise<Asker | undefined> {
    const subjectId = subjectOf(visit)
    const numbers = (await subjects.identifiers(subjectId)).filter(({ type }) => type === 'mobile')
    const mobile = visit.identifier?.type === 'mobile' ? visit.identifier : numbers.at(-1)
    return mobile && { subjectId, mobile: mobile.value, origin: visit.origin }
  }

  async function proceed({ visit, state, input }: Turn<RegistryState>): Promise<Answer> {
    const action = input['action'] ?? ''
    if (state.kind === 'form') {
      const other = FORMS.find((form) => form === action)
      return other ? askForm(other, {}) : claimed(visit, state.form, givenIn(state.form, input))
    }
    if (state.kind === 'away') return action === 'leave' ? unavailable : again(visit, state)
    if (state.kind === 'stopped') return STOP_ACTIONS[action] ?? refused
    if (action !== AGREED[state.kind]) return refused
    return agreed(state, state.kind === 'join')
  }

  return {
    name: 'registry',
    rank: 2,
    parse: (stored) => RegistryState.parse(stored),
    begin,
    proceed,
    pages: registryPages,
  }
}

const reprove: Answer = { kind: 'reprove', error: 'prove_number' }
const refused: Answer = { kind: 'refused', reason: 'not_eligible' }
const unavailable: Answer = { kind: 'refused', reason: 'unavailable' }

const AGREED = { join: 'join', renamed: 'accept' } as const

/** Another number is proved from the beginning; the new holder of a number says who he is. */
const STOP_ACTIONS: Readonly<Record<string, Answer>> = {
  number: { kind: 'reprove' },
  person: askForm('iranian', {}),
}

const ask = (page: string, state: RegistryState, error?: RegistryError): Answer => ({
  kind: 'ask',
  page,
  state,
  error,
})

function askForm(form: FormName, given: Given, error?: RegistryError): Answer {
  return { kind: 'ask', page: form, state: { kind: 'form', form, given }, error }
}

function stop(why: State<'stopped'>['why']): Answer {
  return ask('stopped', { kind: 'stopped', why })
}

function subjectOf({ subjectId }: Visit): string {
  if (subjectId === undefined) throw new TypeError('level 2 comes after level 1')
  return subjectId
}

const formOf = ({ personType }: Identity): FormName =>
  personType === 'natural_ir' ? 'iranian' : 'foreign'

/** The name is another one than at the last check, so the person hears of it. */
function renamed({ attributes: before }: Identity, { identity, former }: Yes) {
  const { givenName, familyName } = identity.attributes
  const isSame = givenName === before.givenName && familyName === before.familyName
  return isSame ? undefined : (former ?? 'change')
}

const LOWERING = { deceased: 'deceased', document_expired: 'document_expired' } as const

/** What a re-check takes away. Several records, or somebody's youth, are the registry's own business. */
function lowering(found: Extract<Finding, { kind: 'no' | 'stopped' }>): LoweredReason | undefined {
  if (found.kind === 'no') return found.about === 'number' ? 'number_moved' : 'not_found'
  return (LOWERING as Readonly<Record<string, LoweredReason>>)[found.why]
}
