import { z } from 'zod'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import { signedAttributes } from '../../src/signing/cms/signed-data.ts'
import { MOST_HASHES, sha256 } from '../../src/signing/sad.ts'
import { stopped, type Detail, type Given, type Preparation } from './act.ts'
import { spelt } from './words.ts'

const Credential = z.looseObject({
  credentialID: z.string().optional(),
  documentDigests: z.array(z.object({ hash: z.string(), label: z.string() })).min(1),
})

/** CSC API v2, section 8.2: hashes that a service has made of documents that we do not see. They are activated
 *  here, and signed when the service asks for it with the token that it gets. */
export async function prepareHashes(given: Given, detail: Detail): Promise<Preparation> {
  const { credentialID, documentDigests } = Credential.parse(detail)
  const { id } = given.credential
  if (credentialID !== undefined && credentialID !== id) return stopped('credential_gone')
  const digests = documentDigests.map(({ hash, label }) => ({
    name: label,
    digest: Buffer.from(hash, 'base64'),
  }))
  return {
    kind: 'prepared',
    act: {
      what: 'hashes',
      items: digests.map(({ name, digest }) => ({ name, sha256: digest.toString('hex') })),
      text: spelt(...digests.map(({ name }) => name)),
      hashes: activatedBy(
        digests.map(({ digest }) => digest),
        given.credential,
      ),
      make: async ({ activationId }) => ({
        facts: { activated_hashes: digests.length },
        detail: { ...detail, credentialID: id, activation: activationId },
        commit: async () => true,
        undo: async () => undefined,
      }),
      close: async () => undefined,
    },
  }
}

/** The hashes themselves (signatures/signHash) and, where there is room for both in one act, those of the attributes
 *  that a PAdES signature over such a digest signs (signatures/signDoc): the digest and the certificate are all that
 *  is in them. */
function activatedBy(digests: readonly Buffer[], { certificateChain }: SigningCredential) {
  const [certificate = Buffer.alloc(0)] = certificateChain
  const attributes = digests.map((value) =>
    sha256(signedAttributes({ algorithm: 'SHA-256', value }, certificate)),
  )
  const all = [...digests, ...attributes]
  return (all.length > MOST_HASHES ? digests : all).map((hash) => hash.toString('base64url'))
}
