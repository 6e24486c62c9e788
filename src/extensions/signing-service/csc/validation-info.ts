import type { SigningServices } from '../../../ports/signing-services.ts'
import { authorityOf } from '../../../signing/pades/long-term.ts'
import { gatherValidationData } from '../../../signing/pades/validation-data.ts'

export interface ValidationInfo {
  readonly ocsp?: readonly string[]
  readonly crl?: readonly string[]
  readonly certificates?: readonly string[]
}

/** Section 11.11: what is needed to check the signatures and their time stamps, asked for now, after them;
 *  certificates without those that came with them. `chain`: the signer's, DER. Throws `PdfRefused` when one is revoked
 *  or nobody can be asked, and `UpstreamUnavailable`. */
export async function validationInfo(
  { revocation, anchors }: Pick<SigningServices, 'revocation' | 'anchors'>,
  chain: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
): Promise<ValidationInfo> {
  const authorities = tokens.map(authorityOf)
  const included = [...chain, ...authorities.flatMap(({ all }) => all)]
  const leaves = [...chain.slice(0, 1), ...authorities.map(({ own }) => own)]
  const data = await gatherValidationData(revocation, { leaves, pool: included, anchors })
  const known = new Set(included.map(base64))
  const certificates = data.certificates.map(base64).filter((one) => !known.has(one))
  const found = { ocsp: data.ocsps.map(base64), crl: data.crls.map(base64), certificates }
  return Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
