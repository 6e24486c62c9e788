import type { AuthorizationDetails, Visit } from '../../src/assurance/level.ts'
import type { Activated, Detail, Given, MadeAct, Preparation, PreparedAct } from './act.ts'
import { declarations } from './declaration.ts'
import { requestedDocuments } from './documents.ts'
import { prepareHashes } from './hashes.ts'
import type { SignatureNeeds } from './needs.ts'
import { MOST_SIGNATURES, type SignaturePolicy } from './policy.ts'
import { REVIEWED, type Reviewed, type SignatureStop } from './state.ts'
import { transactions } from './transaction.ts'

type Prepare = (given: Given, detail: Detail) => Promise<Preparation>

/** One act, or one of several parts; `details` of what was made: all that were asked for, in their order. */
export interface WholeAct extends Omit<PreparedAct, 'make'> {
  make(activated: Activated): Promise<MadeWhole>
}

export interface MadeWhole extends Omit<MadeAct, 'detail' | 'commit'> {
  readonly details?: AuthorizationDetails
  /** `partly`: of several parts one lost its race after others were handed over. */
  commit(): Promise<boolean | 'partly'>
}

export type WholePreparation =
  { readonly kind: 'prepared'; readonly act: WholeAct } | Exclude<Preparation, { kind: 'prepared' }>

const DOCUMENTS = 'ir.signature_request'
/** In UTF-16: more than anybody reads before a signature. */
const LONGEST_TEXT = 60_000

/** What the service asks for, by the types of its authorization details; nothing of it: a sign-in declaration. */
export function acts(ports: SignatureNeeds, policy: SignaturePolicy) {
  const documents = requestedDocuments(ports)
  const declare = declarations(ports, policy)
  const makers: Readonly<Record<string, Prepare>> = {
    'ir.transaction': transactions(ports, policy),
    [DOCUMENTS]: documents.prepare,
    credential: prepareHashes,
  }
  const makerOf = ({ type }: Detail) =>
    typeof type === 'string' && Object.hasOwn(makers, type) ? makers[type] : undefined

  async function prepare(given: Given): Promise<WholePreparation> {
    const { details = [] } = given.visit
    const wanted = details.flatMap((detail, at) => {
      const maker = makerOf(detail)
      return maker ? [{ at, make: () => maker(given, detail) }] : []
    })
    const makings = wanted.length > 0 ? wanted : [{ at: -1, make: () => declare(given) }]
    const parts: Part[] = []
    for (const { at, make } of makings) {
      const one = await make().catch(async (error: unknown) => {
        await closeAll(parts)
        throw error
      })
      if (one.kind !== 'prepared') {
        await closeAll(parts)
        return one
      }
      parts.push({ at, act: one.act })
    }
    return whole(parts, details)
  }

  return {
    prepare,

    /** Before anything is made for it: why this person will not sign what is asked for. */
    async objection(visit: Visit, subjectId: string): Promise<SignatureStop | undefined> {
      for (const detail of requestsIn(visit)) {
        const why = await documents.objection({ visit, subjectId }, detail)
        if (why !== undefined) return why
      }
      return undefined
    },

    /** The person does not want to sign: services that wait for it are told. */
    async refuse(visit: Visit, subjectId: string): Promise<void> {
      for (const detail of requestsIn(visit)) await documents.refuse({ visit, subjectId }, detail)
    },
  }
}

const requestsIn = ({ details = [] }: Visit) => details.filter(({ type }) => type === DOCUMENTS)

interface Part {
  /** Of its detail, counted from 0. */
  readonly at: number
  readonly act: PreparedAct
}

async function whole(
  parts: readonly Part[],
  details: AuthorizationDetails,
): Promise<WholePreparation> {
  const all = parts.map(({ act }, at) => (at === 0 ? act : renamed(act, at)))
  const hashes = all.flatMap((act) => act.hashes)
  const digests = all.flatMap((act) => act.digests ?? [])
  const text = all
    .map((act) => act.text)
    .filter((one) => one !== '')
    .join('\n\n')
  if (hashes.length + digests.length > MOST_SIGNATURES || text.length > LONGEST_TEXT) {
    await closeAll(parts)
    return { kind: 'stop', why: 'too_much' }
  }
  return {
    kind: 'prepared',
    act: {
      what: firstOf(all),
      items: all.flatMap(({ items }) => items),
      seals: all.flatMap(({ seals = [] }) => seals),
      text,
      hashes,
      digests,
      versions: Object.assign({}, ...all.map(({ versions }) => versions)) as Record<string, number>,
      files: Object.assign({}, ...all.map(({ files }) => files)) as Record<string, string>,
      make: (activated) => makeAll(parts, details, activated),
      close: () => closeAll(parts),
    },
  }
}

/** Files of several requests have names of their own. */
function renamed(act: PreparedAct, at: number): PreparedAct {
  const name = (file: string) => `${at + 1}-${file}`
  const { items, files = {} } = act
  return {
    ...act,
    items: items.map((item) => (item.file ? { ...item, file: name(item.file) } : item)),
    files: Object.fromEntries(Object.entries(files).map(([file, id]) => [name(file), id])),
  }
}

/** Of several kinds the page is that of the one of which most can be seen. */
function firstOf(all: readonly PreparedAct[]): Reviewed {
  return REVIEWED.find((what) => all.some((act) => act.what === what)) ?? 'declaration'
}

async function makeAll(
  parts: readonly Part[],
  details: AuthorizationDetails,
  activated: Activated,
): Promise<MadeWhole> {
  const made: (MadeAct & { readonly at: number })[] = []
  const undo = async () => {
    await Promise.all(made.map((one) => one.undo()))
  }
  try {
    for (const { at, act } of parts) made.push({ ...(await act.make(activated)), at })
  } catch (error) {
    await undo()
    throw error
  }
  const enriched = details.map((detail, at) => made.find((one) => one.at === at)?.detail ?? detail)
  return {
    facts: factsOf(made),
    details: made.some(({ detail }) => detail !== undefined) ? enriched : undefined,
    commit: () => commitAll(made),
    undo,
  }
}

/** Of the second part on, with its number before each name. */
function factsOf(made: readonly MadeAct[]): MadeAct['facts'] {
  const named = made.flatMap(({ facts }, at) =>
    Object.entries(facts).map(([name, value]) => [at === 0 ? name : `${at + 1}_${name}`, value]),
  )
  return Object.fromEntries(named) as MadeAct['facts']
}

/** What comes after one that has lost its race is not handed over. */
async function commitAll(made: readonly MadeAct[]): Promise<boolean | 'partly'> {
  for (const [at, one] of made.entries()) {
    if (await one.commit()) continue
    await Promise.all(made.slice(at).map((rest) => rest.undo()))
    return at > 0 && 'partly'
  }
  return true
}

async function closeAll(parts: readonly Part[]): Promise<void> {
  await Promise.all(parts.map(({ act }) => act.close()))
}
