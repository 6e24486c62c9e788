import type { Ports } from '../../src/ports/index.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import { texts } from '../../src/pages/text/index.ts'
import { stopped, type Given, type Preparation } from './act.ts'
import { aboutOf } from './events.ts'
import { VERIFIER } from './evidence.ts'
import { hexHash, urlHash } from './hash.ts'
import { kept } from './keep.ts'
import type { SignatureNeeds } from './needs.ts'
import type { SignaturePolicy } from './policy.ts'
import { prepareText } from './text-act.ts'
import { termsText } from './words.ts'

const TERMS = 'terms'

/** The terms are accepted by signing them: the first thing that a new key signs, and kept as evidence. */
export function terms(ports: SignatureNeeds, { keepDays: days }: SignaturePolicy) {
  const { clock, documents, evidence, signing } = ports

  async function prepare(given: Given): Promise<Preparation> {
    const { person, credential, at, locale } = given
    const words = termsText(person, credential.protection, locale)
    const wanted = { text: words, format: 'JAdES', credential, at } as const
    const prepared = prepareText(signing.timestamps, wanted)
    if (prepared === undefined) return stopped('not_identified')
    const { content, toBeSigned } = prepared
    const sha256 = hexHash(content)
    return {
      kind: 'prepared',
      act: {
        what: 'terms',
        items: [{ name: texts(locale).signature.termsHeading, sha256, size: content.length }],
        text: words,
        hashes: [urlHash(toBeSigned)],
        async make({ sign, activationId }) {
          const finished = await prepared.finish(await sign(toBeSigned))
          const stored = await kept(documents, finished, { now: clock.now(), days })
          const facts = {
            result: TERMS,
            terms: texts(locale).signature.termsVersion,
            terms_sha256: sha256,
            signature: stored.id,
            credential: credential.id,
            activation: activationId,
          }
          return {
            facts,
            commit: () => keepEvidence(given, facts),
            undo: () => documents.remove(stored.id),
          }
        },
        close: async () => undefined,
      },
    }
  }

  /** Rank 0: it proves no level, and no level is ever given for it. */
  async function keepEvidence({ visit, subjectId }: Given, facts: Record<string, string>) {
    const provedAt = clock.now()
    const one = {
      rank: 0,
      method: 'signature',
      amr: [],
      provedAt,
      verifier: VERIFIER,
      detail: facts,
    }
    const about = { ...aboutOf(visit, clock), detail: { what: TERMS } }
    const event = { type: 'signature.made' as const, ...about }
    await evidence.keep({ subjectId, evidence: [one], events: [event] })
    return true
  }

  return { prepare, areSigned: (credential: SigningCredential) => areSigned(ports, credential) }
}

/** They are the first that a key signs. Other keys of the same person may have signed meanwhile, but not often. */
const FIRST_ACTS = 50

/** With the key of this credential. */
async function areSigned(
  { evidence }: Pick<Ports, 'evidence'>,
  { id, subjectId, createdAt }: SigningCredential,
): Promise<boolean> {
  const acts = { method: 'signature', since: createdAt, order: 'oldest', most: FIRST_ACTS } as const
  const known = await evidence.ofSubject(subjectId, acts)
  return known.some(({ detail: { result, credential } }) => result === TERMS && credential === id)
}
