import type { Visit } from '../../src/assurance/level.ts'
import type { CivilRecord } from '../../src/ports/civil-registry.ts'
import type { ForeignerRecord } from '../../src/ports/foreigners-registry.ts'
import type { Attributes, RegistryCheck } from '../../src/ports/identity-store.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { PostalAddress } from '../../src/ports/post-code-registry.ts'
import type { RegistryAnswer } from '../../src/ports/registry-answer.ts'
import type { Claim } from './claim.ts'
import type { RegistryPolicy } from './policy.ts'
import type { CheckedIdentity } from './state.ts'
import { verdict, type Verdict } from './verdict.ts'

type Needs = Pick<Ports, 'clock' | 'events' | 'registries'>
type Person = Partial<CivilRecord & ForeignerRecord> & (CivilRecord | ForeignerRecord)
type Source = RegistryCheck['registry']

export type Finding =
  | Exclude<Verdict, { kind: 'yes' }>
  | {
      readonly kind: 'yes'
      readonly identity: CheckedIdentity
      /** The registry knows another name of before. */
      readonly former?: 'maiden' | 'change'
    }

const NOT_CONNECTED = { kind: 'indeterminate', reason: 'unavailable' } as const

/** Asks the registries about a claim and writes down that they were asked. */
export function inquiry({ clock, events, registries }: Needs, { minimumAge }: RegistryPolicy) {
  async function inquire(visit: Visit, claim: Claim, mobile: string): Promise<Finding> {
    const source: Source = claim.document.type === 'national_id' ? 'civil' : 'foreigners'
    // Side by side, and both to their end: how long it takes says nothing about which of them said no.
    const [number, person] = await Promise.all([
      registries.subscribers?.owns(claim.document, mobile) ?? NOT_CONNECTED,
      lookUp(claim),
    ])
    await tell(visit, { subscribers: number, [source]: person })
    const found = verdict({ number, person }, { now: clock.now(), minimumAge })
    if (found.kind !== 'yes' || number.kind !== 'match' || person.kind !== 'match') {
      return found as Exclude<Verdict, { kind: 'yes' }>
    }
    const address = await addressOf(visit, person.found)
    const checks = [
      checked('subscribers', number),
      checked(source, person),
      ...(address ? [checked('post_codes', address)] : []),
    ]
    const identity = { ...identityOf(claim, person.found, address?.found), checks, mobile }
    return { kind: 'yes', identity, former: person.found.former?.reason }
  }

  async function lookUp({ document, birthDate }: Claim): Promise<RegistryAnswer<Person>> {
    const { civil, foreigners } = registries
    return document.type === 'national_id'
      ? (civil?.lookUp(document.value, birthDate) ?? NOT_CONNECTED)
      : (foreigners?.lookUp(document, birthDate) ?? NOT_CONNECTED)
  }

  /** Good to have; nobody is kept waiting or turned away for it. */
  async function addressOf(visit: Visit, { postCode }: Person) {
    if (postCode === undefined || registries.postCodes === undefined) return undefined
    const answer = await registries.postCodes.find(postCode)
    await tell(visit, { post_codes: answer })
    return answer.kind === 'match' ? answer : undefined
  }

  async function tell(
    { clientId, subjectId, requestId }: Visit,
    answers: Readonly<Partial<Record<Source, RegistryAnswer<unknown>>>>,
  ): Promise<void> {
    const told = Object.entries(answers).map(([registry, answer]) => ({
      type: 'registry.asked' as const,
      at: clock.now(),
      clientId,
      subjectId,
      requestId,
      detail: {
        registry,
        result: answer.kind === 'indeterminate' ? answer.reason : answer.kind,
        ...(answer.kind === 'indeterminate' ? {} : { request: answer.receipt.requestId }),
      },
    }))
    await events.record(...told)
  }

  return inquire
}

function checked(
  registry: Source,
  { receipt }: Extract<RegistryAnswer<unknown>, { kind: 'match' }>,
): RegistryCheck & { registry: Source } {
  return { registry, ...receipt }
}

/** A foreigner who shows his passport today and his code tomorrow is one person: the registry's unique code
 *  names him, where it tells it. */
function identityOf({ document }: Claim, found: Person, address: PostalAddress | undefined) {
  const { uniqueCode } = found
  const attributes = attributesOf(found, address)
  if (document.type === 'national_id') {
    return { identifier: document, personType: 'natural_ir' as const, attributes }
  }
  const personType = 'natural_foreign' as const
  if (uniqueCode === undefined) return { identifier: document, personType, attributes }
  return {
    identifier: { type: 'foreign_id' as const, ...uniqueCode },
    document,
    personType,
    attributes,
  }
}

function attributesOf(found: Person, address: PostalAddress | undefined): Attributes {
  const { givenName, familyName, fatherName, gender, birthDate, nationality } = found
  return { givenName, familyName, fatherName, gender, birthDate, nationality, address }
}
