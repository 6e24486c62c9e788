import { pkcs11KeyStore } from '../../adapters/hsm/pkcs11.ts'
import { random } from '../../adapters/system/random.ts'
import type { Signer, SigningAlgorithm } from '../../src/ports/signer.ts'
import { readCertificateBag } from '../../src/signing/cms/read-signed-data.ts'
import { certificateRequest } from '../../src/signing/x509/certificate-request.ts'
import { personSubject } from '../../src/signing/x509/subject-name.ts'
import type { KeyKind, SandboxSigning } from '../../test/signing/support/sandbox-signing.ts'
import { CREDENTIALS } from '../../test/support/sandbox-pki.ts'
import { softHsm } from '../../test/support/softhsm.ts'

/** Every kind of key that signs documents, by name. */
export interface Signers {
  readonly all: ReadonlyMap<string, Signer>
  close(): Promise<void>
}

const SOFTWARE: readonly KeyKind[] = ['P-256', 'RSA-2048', 'RSA-3072', 'PSS-3072']
/** In a token of SoftHSM; its RSA keys have 3072 bits. */
const IN_TOKEN: Readonly<Record<string, SigningAlgorithm>> = {
  'SoftHSM-P-256': 'ES256',
  'SoftHSM-RSA-3072': 'RS256',
  'SoftHSM-PSS-3072': 'PS256',
}

const NAME = { givenName: 'سارا', familyName: 'نمونه‌زاده', number: '9990000018' }

/** Keys with certificates of the sample authority. */
export async function everySigner(sandbox: SandboxSigning): Promise<Signers> {
  const token = await softHsm({ rsaBits: 3072 })
  const keys = pkcs11KeyStore(token.settings, { random })
  const all = new Map<string, Signer>()
  for (const kind of SOFTWARE) all.set(kind, await sandbox.signer(kind))
  for (const [name, alg] of Object.entries(IN_TOKEN)) {
    const { id, publicKey } = await keys.create(alg)
    const own = keys.signer(id, alg, [])
    const request = await certificateRequest(personSubject(NAME), publicKey, own)
    all.set(name, keys.signer(id, alg, [await enrolled(sandbox, request), sandbox.issuing]))
  }
  return {
    all,
    async close() {
      await keys.close()
      await token.close()
    },
  }
}

async function enrolled({ url }: SandboxSigning, request: Uint8Array): Promise<Uint8Array> {
  const answer = await fetch(`${url}/.well-known/est/simpleenroll`, {
    method: 'POST',
    headers: { Authorization: CREDENTIALS, 'Content-Type': 'application/pkcs10' },
    body: Buffer.from(request).toString('base64'),
  })
  const [certificate] = readCertificateBag(Buffer.from(await answer.text(), 'base64'))
  if (certificate === undefined) throw new Error(`enrolment: ${answer.status}`)
  return certificate
}
