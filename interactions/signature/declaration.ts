import { growing } from '../../src/signing/pades/appended.ts'
import { bytesOf, finishSignature, prepareToSign } from '../../src/signing/pades/sign.ts'
import { bufferSource } from '../../src/signing/pdf/source.ts'
import { texts } from '../../src/pages/text/index.ts'
import type { PaperLine } from '../../src/ports/paper-printer.ts'
import type { Given, Preparation } from './act.ts'
import { aboutOf } from './events.ts'
import { hexHash, urlHash } from './hash.ts'
import { kept } from './keep.ts'
import type { SignatureNeeds } from './needs.ts'
import { shownNameOf } from './person.ts'
import type { SignaturePolicy } from './policy.ts'
import { seeded } from './seeded.ts'
import { clientNameOf, declarationText } from './words.ts'

export const DECLARATION_FILE = 'declaration.pdf'

/** The declaration as a file: the same each time for the same state. Its first line is the title. */
export function declarationPaper(
  { paper }: Pick<SignatureNeeds, 'paper'>,
  text: string,
  { locale, seed }: Pick<Given, 'locale' | 'seed'>,
): Promise<Buffer> {
  const lines = text.split('\n').map((line, at) => {
    const kind: PaperLine['kind'] = at === 0 ? 'title' : 'body'
    return { kind, text: line }
  })
  return paper.print({ locale, lines }, seeded(seed, 'paper').bytes(16))
}

/** Level 4 for its own sake: who signs in where and when, as a document that he signs and that we keep. */
export function declarations(ports: SignatureNeeds, policy: SignaturePolicy) {
  const { clients, clock, documents, events, random, signing } = ports
  const { declarationProfile: profile, keepDays: days } = policy

  return async function prepare(given: Given): Promise<Preparation> {
    const { visit, person, credential, at, locale, seed } = given
    const client = clientNameOf(await clients.find(visit.clientId), locale)
    const text = declarationText({ person, client, at, reference: visit.uid, locale })
    const paper = await declarationPaper(ports, text, given)
    const { signature: words } = texts(locale)
    const prepared = await prepareToSign(
      { clock: { now: () => at }, random: seeded(seed, 'signature'), writer: signing.writer },
      growing(bufferSource(paper)),
      credential,
      {
        profile,
        name: shownNameOf(person),
        reason: words.reason.declaration,
        appearance: { signer: shownNameOf(person), locale },
      },
    )
    const item = {
      name: words.declarationTitle,
      sha256: hexHash(paper),
      size: paper.length,
      file: DECLARATION_FILE,
    }
    return {
      kind: 'prepared',
      act: {
        what: 'declaration',
        items: [item],
        text,
        hashes: [urlHash(prepared.attributes)],
        async make({ sign }) {
          const signature = await sign(prepared.attributes)
          const means = { ...signing, clock, random }
          const signed = bytesOf(await finishSignature(means, prepared, signature, profile))
          const { id, sha256 } = await kept(documents, signed, { now: clock.now(), days })
          return {
            facts: { declaration: id, declaration_sha256: sha256, profile },
            async commit() {
              const what = { what: 'declaration' }
              await events.record({
                type: 'signature.made',
                ...aboutOf(visit, clock),
                detail: what,
              })
              return true
            },
            undo: () => documents.remove(id),
          }
        },
        close: async () => undefined,
      },
    }
  }
}
