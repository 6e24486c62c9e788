import type { SigningCredential } from '../ports/signing-credential-store.ts'
import { signedAttributes } from './cms/signed-data.ts'
import { growing } from './pades/appended.ts'
import type { SignatureOptions, PadesProfile } from './pades/options.ts'
import type { PreparedSignature, PreparePorts } from './pades/prepare.ts'
import { prepareToSign } from './pades/sign.ts'
import { bufferSource } from './pdf/source.ts'
import { sha256 } from './sad.ts'
import { cadesAttributes, prepareJadesOfDigest } from './transaction/index.ts'
import type { PreparedJades } from './transaction/jades.ts'

type Key = Pick<SigningCredential, 'alg' | 'certificateChain'>

/** What can be signed of a digest that a person has agreed to. The bytes are made here alone, from the digest itself,
 *  so that nothing else can be slipped under it; what the key signs names it. */
export interface Form<Made> {
  /** SHA-256. */
  readonly digest: Uint8Array
  make(key: Key): Promise<{ readonly toBeSigned: Uint8Array; readonly made: Made }>
}

const ownOf = ({ certificateChain: [own = new Uint8Array()] }: Key) => own

/** PAdES: attributes over what a /ByteRange covers. */
export function padesForm(digest: Uint8Array): Form<Uint8Array> {
  const value = Uint8Array.from(digest)
  return attributesForm(value, (key) =>
    signedAttributes({ algorithm: 'SHA-256', value }, ownOf(key)),
  )
}

/** CAdES beside its document. `signedAt`: claimed, milliseconds since the epoch. */
export function cadesForm(digest: Uint8Array, signedAt: number): Form<Uint8Array> {
  const value = Uint8Array.from(digest)
  return attributesForm(value, (key) =>
    cadesAttributes({ content: { sha256: value }, certificate: ownOf(key), signedAt }),
  )
}

function attributesForm(
  digest: Uint8Array,
  attributesOf: (key: Key) => Uint8Array,
): Form<Uint8Array> {
  return {
    digest,
    async make(key) {
      const attributes = attributesOf(key)
      return { toBeSigned: attributes, made: attributes }
    },
  }
}

/** JAdES beside its document. */
export function jadesForm(digest: Uint8Array, signedAt: number): Form<PreparedJades> {
  const sha256 = Uint8Array.from(digest)
  return {
    digest: sha256,
    async make({ alg, certificateChain: certificates }) {
      const made = prepareJadesOfDigest({ sha256, alg, certificates, signedAt })
      return { toBeSigned: made.signingInput, made }
    },
  }
}

/** PAdES in a whole document: the digest is that of the document as it is. `make` throws `PdfRefused`. */
export function pdfForm(
  ports: PreparePorts,
  document: Uint8Array,
  options: SignatureOptions & { readonly profile: PadesProfile },
): Form<PreparedSignature> {
  return {
    digest: sha256(document),
    async make(key) {
      const made = await prepareToSign(ports, growing(bufferSource(document)), key, options)
      return { toBeSigned: made.attributes, made }
    },
  }
}
