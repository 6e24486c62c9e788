import { z } from 'zod'
import { stopped, type Detail, type Given, type Preparation } from './act.ts'
import { thingsFact } from './things.ts'
import { spelt } from './words.ts'

const Credential = z.looseObject({
  credentialID: z.string().optional(),
  documentDigests: z.array(z.object({ hash: z.string(), label: z.string() })).min(1),
})

/** CSC API v2, section 8.2: hashes that a service has made of documents that we do not see. They are activated
 *  here, and signed when the service asks for it with the token that it gets: each once, as it is
 *  (signatures/signHash) or in a form that is made from it (signatures/signDoc), whichever is asked for first. */
export async function prepareHashes(given: Given, detail: Detail): Promise<Preparation> {
  const { credentialID, documentDigests } = Credential.parse(detail)
  const { id } = given.credential
  if (credentialID !== undefined && credentialID !== id) return stopped('credential_gone')
  const digests = documentDigests.map(({ hash, label }) => ({
    name: label,
    digest: Buffer.from(hash, 'base64'),
  }))
  const items = digests.map(({ name, digest }) => ({ name, sha256: digest.toString('hex') }))
  return {
    kind: 'prepared',
    act: {
      what: 'hashes',
      items,
      text: spelt(...digests.map(({ name }) => name)),
      hashes: [],
      digests: digests.map(({ digest }) => digest.toString('base64url')),
      make: async ({ activationId }) => ({
        facts: { activated_hashes: digests.length, ...thingsFact(items) },
        detail: { ...detail, credentialID: id, activation: activationId },
        commit: async () => true,
        undo: async () => undefined,
      }),
      close: async () => undefined,
    },
  }
}
