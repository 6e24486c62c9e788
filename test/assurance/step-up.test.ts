import { beforeEach, describe, expect, it } from '@jest/globals'
import { ladder } from '../../src/assurance/ladder.ts'
import type { AssuranceLevel, Offer, Outcome } from '../../src/assurance/level.ts'
import { stepUp, type Goal, type Stage } from '../../src/assurance/step-up.ts'
import type { NewIdentityProof, NewProof, ProvedIdentity } from '../../src/ports/evidence-store.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'

/** A rung that asks one word and is proved by it. Adding a level is this, and one line. */
function toy(
  name: string,
  rank: number,
  word: string,
  identifies = false,
): AssuranceLevel<{ word: string }> {
  const ask: Outcome<{ word: string }> = { kind: 'ask', page: 'word', state: { word } }
  return {
    name,
    rank,
    parse: (stored) => stored as { word: string },
    begin: async () => ask,
    proceed: async ({ input, state }) => {
      if (input['action'] === 'other') return { kind: 'switch', to: String(input['to']) }
      if (input['word'] === 'first') return { kind: 'reprove', error: 'why' }
      if (input['word'] === 'never') return { kind: 'refused', reason: 'too_many_tries' }
      if (input['word'] !== state.word) return { ...ask, error: 'wrong' }
      const evidence = [
        { rank, method: name, amr: [name], provedAt: 5000, verifier: `${name}/1`, detail: {} },
      ]
      const identifier = identifies
        ? { type: 'mobile' as const, value: input['mobile'] ?? '+989120000000' }
        : undefined
      const identity = input['who'] ? identityOf(input['who'], input['move'] === 'yes') : undefined
      return { kind: 'proved', evidence, identifier, subjectId: input['subject'], identity }
    },
    pages: { word: ({ error, alternatives }) => `${name}:${error ?? ''}:${alternatives.join()}` },
  }
}

function identityOf(value: string, mayMove: boolean): ProvedIdentity {
  return {
    identifier: { type: 'national_id', value },
    personType: 'natural_ir',
    attributes: { givenName: 'a', familyName: 'b', birthDate: '1991-03-21' },
    checks: [],
    mobile: '+989120000000',
    mayMove,
  }
}

function world() {
  const steps = new Map<string, { version: number; value: string }>()
  const events: ServiceEvent[] = []
  const kept: NewProof[] = []
  const suspended = new Set<string>()
  const taken = new Set<string>()
  return {
    events,
    taken,
    kept,
    suspended,
    ports: {
      clock: { now: () => 5000 },
      events: {
        record: async (...some: ServiceEvent[]) => void events.push(...some),
        enqueue: () => undefined,
        flush: async () => undefined,
      },
      evidence: {
        keep: async (proof: NewProof) => {
          kept.push(proof)
          return {
            subjectId: proof.subjectId ?? `of ${proof.identifier?.value}`,
            evidenceIds: [],
            isNewSubject: false,
          }
        },
        keepIdentity: async (proof: NewIdentityProof) => {
          if (taken.has(proof.identity.identifier.value) && !proof.identity.mayMove) {
            return 'identity_conflict' as const
          }
          kept.push(proof)
          const subjectId = proof.identity.mayMove ? 'the owner' : proof.subjectId
          return { subjectId, evidenceIds: [], isNewSubject: false }
        },
        ofSubject: async () => [],
      },
      steps: {
        load: async (uid: string) => {
          const found = steps.get(uid)
          return found && { version: found.version, value: JSON.parse(found.value) as unknown }
        },
        save: async (uid: string, value: unknown, version: number | undefined) => {
          if (steps.get(uid)?.version !== version) return false
          steps.set(uid, { version: (version ?? 0) + 1, value: JSON.stringify(value) })
          return true
        },
        remove: async (uid: string) => void steps.delete(uid),
      },
      subjects: {
        find: async (id: string) => ({
          id,
          status: suspended.has(id) ? ('suspended' as const) : ('active' as const),
          createdAt: 0,
        }),
        findByIdentifier: async () => undefined,
        identifiers: async () => [],
      },
    },
  }
}

function visit(goal: Partial<Goal>, subjectId?: string) {
  return {
    uid: 'u1',
    subjectId,
    clientId: 'agency',
    locale: 'fa' as const,
    origin: { address: 'a', subnet: 's' },
    goal: { rank: 1, heldRank: 0, reauthenticate: false, mayFallBack: false, ...goal },
  }
}

describe('the step-up driver', () => {
  const rungs = [toy('one', 1, 'uno', true), toy('key', 1, 'clavis'), toy('two', 2, 'dos')]
  let w: ReturnType<typeof world>
  let driver: ReturnType<typeof stepUp>
  const with_ = (
    steps: AssuranceLevel<{ word: string }>[],
    offers: Offer<{ word: string }>[] = [],
  ) => stepUp(w.ports, { ladder: ladder(steps, offers), recycledAfter: 1, ttlSeconds: 60 })
  const body = (stage: Stage) => (stage.kind === 'page' ? String(stage.body) : stage.kind)

  beforeEach(() => {
    w = world()
    driver = with_(rungs)
  })

  it('asks rung after rung up to the goal and ends with all proofs', async () => {
    const v = visit({ rank: 2 })
    expect(body(await driver.show(v))).toBe('one::key')
    expect(body(await driver.proceed(v, { word: 'uno' }))).toBe('two::')
    const end = await driver.proceed(v, { word: 'dos' })
    expect(end).toMatchObject({ kind: 'finished', subjectId: 'of +989120000000' })
    expect(end.kind === 'finished' && end.proofs.map((proof) => proof.rank)).toEqual([1, 2])
  })

  it('asks only for what is missing', async () => {
    const v = visit({ rank: 2, heldRank: 1 }, 'of a')
    expect(body(await driver.show(v))).toBe('two::')
    expect(await driver.proceed(v, { word: 'dos' })).toMatchObject({
      kind: 'finished',
      subjectId: 'of a',
    })
    expect(w.kept[0]).toMatchObject({ subjectId: 'of a' })
  })

  it('shows the same page again when it is reloaded', async () => {
    const v = visit({})
    await driver.show(v)
    await driver.proceed(v, { word: 'wrong' })
    expect(body(await driver.show(v))).toBe('one:wrong:key')
    expect(body(await driver.show(v))).toBe('one:wrong:key')
  })

  it('changes to another way of the same rank, and to no other', async () => {
    const v = visit({})
    await driver.show(v)
    expect(body(await driver.proceed(v, { action: 'other', to: 'key' }))).toBe('key::one')
    await expect(driver.proceed(v, { action: 'other', to: 'two' })).rejects.toThrow(/no way/)
  })

  it('refuses a step-up that is proved by somebody else', async () => {
    const v = visit({ rank: 2, heldRank: 1 }, 'of a')
    await driver.show(v)
    expect(await driver.proceed(v, { word: 'dos', subject: 'of b' })).toMatchObject({
      kind: 'refused',
      reason: 'conflict',
    })
    expect(w.kept).toEqual([])
  })

  it('may change the person when it proves anew', async () => {
    const v = visit({ heldRank: 1, reauthenticate: true }, 'of a')
    await driver.show(v)
    expect(await driver.proceed(v, { word: 'uno', mobile: '+989121111111' })).toMatchObject({
      subjectId: 'of +989121111111',
    })
  })

  it('ends with a refusal that stays', async () => {
    const v = visit({})
    await driver.show(v)
    expect(await driver.proceed(v, { word: 'never' })).toMatchObject({
      kind: 'refused',
      reason: 'too_many_tries',
    })
    expect(await driver.proceed(v, { word: 'uno' })).toMatchObject({
      kind: 'refused',
      reason: 'too_many_tries',
    })
    expect(w.events.map((event) => event.type)).toEqual(['level.asked', 'level.refused'])
  })

  it('ends when the person cancels', async () => {
    const v = visit({})
    await driver.show(v)
    expect(await driver.proceed(v, { action: 'cancel' })).toMatchObject({
      kind: 'refused',
      reason: 'cancelled',
    })
  })

  it('lets nobody in who is suspended', async () => {
    w.suspended.add('of +989120000000')
    const v = visit({})
    await driver.show(v)
    expect(await driver.proceed(v, { word: 'uno' })).toMatchObject({
      kind: 'refused',
      reason: 'not_eligible',
    })
  })

  it('takes a double submit once', async () => {
    const v = visit({})
    await driver.show(v)
    const both = await Promise.all([
      driver.proceed(v, { word: 'uno' }),
      driver.proceed(v, { word: 'uno' }),
    ])
    expect(both.map((stage) => stage.kind)).toEqual(['finished', 'finished'])
    expect(both[0]).toEqual(both[1])
    expect(w.kept).toHaveLength(1)
  })

  it('acts on one of twenty forms at once and shows all of them where it led', async () => {
    const v = visit({ rank: 2 })
    await driver.show(v)
    const stages = await Promise.all(
      Array.from({ length: 20 }, () => driver.proceed(v, { word: 'uno' })),
    )
    expect(new Set(stages.map(body))).toEqual(new Set(['two::']))
    expect(w.kept).toHaveLength(1)
  })

  it('leaves a form of a page that was left behind unanswered', async () => {
    const v = visit({ rank: 2 })
    const first = await driver.show(v)
    if (first.kind !== 'page') throw new Error(first.kind)
    const form = { word: 'uno', place: first.place }
    expect(body(await driver.proceed(v, form))).toBe('two::')
    expect(body(await driver.proceed(v, form))).toBe('two::')
    expect(body(await driver.proceed(v, { word: 'x', place: 'two/word' }))).toBe('two:wrong:')
  })

  it('takes the next turn when one ended in an outage', async () => {
    const v = visit({})
    await driver.show(v)
    const { keep } = w.ports.evidence
    w.ports.evidence.keep = () => Promise.reject(new Error('no database'))
    await expect(driver.proceed(v, { word: 'uno' })).rejects.toThrow('no database')
    w.ports.evidence.keep = keep
    expect(await driver.proceed(v, { word: 'uno' })).toMatchObject({ kind: 'finished' })
  })

  it('offers once what may be declined, and ends all the same', async () => {
    const { rank: _rank, ...step } = toy('offer', 1, 'yes')
    driver = with_(rungs, [{ ...step, afterRank: 1 }])
    const v = visit({})
    await driver.show(v)
    expect(body(await driver.proceed(v, { word: 'uno' }))).toBe('offer::')
    expect(await driver.proceed(v, { word: 'never' })).toMatchObject({ kind: 'finished' })
  })

  it('takes a toy level in by one line', async () => {
    driver = with_([...rungs, toy('three', 3, 'tres')])
    const v = visit({ rank: 3, heldRank: 2 }, 'of a')
    expect(body(await driver.show(v))).toBe('three::')
    expect(await driver.proceed(v, { word: 'tres' })).toMatchObject({
      kind: 'finished',
      proofs: [{ rank: 3 }],
    })
  })

  describe('and identities', () => {
    const held = { rank: 2, heldRank: 1 }

    it('binds what a rung learnt to the subject', async () => {
      const v = visit(held, 'of a')
      await driver.show(v)
      const end = await driver.proceed(v, { word: 'dos', who: '1' })
      expect(end).toMatchObject({ kind: 'finished', subjectId: 'of a' })
      expect(w.kept).toMatchObject([{ subjectId: 'of a', identity: { mayMove: false } }])
    })

    it('lets the rung look again when somebody was faster', async () => {
      const v = visit(held, 'of a')
      await driver.show(v)
      w.taken.add('1')
      expect(body(await driver.proceed(v, { word: 'dos', who: '1' }))).toBe(
        'two:identity_conflict:',
      )
      expect(w.kept).toEqual([])
    })

    it('goes over to another account only with a number that was proved just now', async () => {
      const old = visit(held, 'of a')
      await driver.show(old)
      const refused = await driver.proceed(old, { word: 'dos', who: '1', move: 'yes' })
      expect(refused).toMatchObject({ kind: 'refused', reason: 'conflict' })
      expect(w.kept).toEqual([])

      const fresh = { ...visit({ rank: 2 }), uid: 'u2' }
      await driver.show(fresh)
      await driver.proceed(fresh, { word: 'uno' })
      const end = await driver.proceed(fresh, { word: 'dos', who: '1', move: 'yes' })
      expect(end).toMatchObject({ kind: 'finished', subjectId: 'the owner' })
    })

    it('begins anew at the first rung when an old session is not enough', async () => {
      const v = visit(held, 'of a')
      await driver.show(v)
      expect(body(await driver.proceed(v, { word: 'first' }))).toBe('one:why:key')
      expect(body(await driver.proceed(v, { word: 'uno' }))).toBe('two::')
      const end = await driver.proceed(v, { word: 'dos' })
      expect(end).toMatchObject({ kind: 'finished', subjectId: 'of +989120000000' })
      expect(end.kind === 'finished' && end.proofs.map((proof) => proof.rank)).toEqual([1, 2])
    })

    it('a refusal keeps what was proved before', async () => {
      const v = visit({ rank: 2 })
      await driver.show(v)
      await driver.proceed(v, { word: 'uno' })
      expect(await driver.proceed(v, { word: 'never' })).toMatchObject({
        kind: 'refused',
        proofs: [{ rank: 1 }],
      })
    })
  })
})
