import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { plainAddPlaceholder } from '@signpdf/placeholder-plain'
import { SignPdf } from '@signpdf/signpdf'
import { Signer as SignpdfSigner } from '@signpdf/utils'
import type { Signer } from '../../src/ports/signer.ts'
import { signedAttributes, signedData } from '../../src/signing/cms/signed-data.ts'
import type { Side } from '../pades-sides.ts'

export const signpdf: Side = async ({ signer }, file) => {
  const pdfBuffer = plainAddPlaceholder({
    pdfBuffer: await readFile(file),
    reason: 'r',
    contactInfo: 'c',
    name: 'n',
    location: 'l',
  })
  return new SignPdf().sign(pdfBuffer, cmsSigner(signer))
}

/** Our signature in its file. */
function cmsSigner(signer: Signer): SignpdfSigner {
  const own = new SignpdfSigner()
  own.sign = async (bytes: Buffer) => {
    const value = createHash('sha256').update(bytes).digest()
    const attributes = signedAttributes(
      { algorithm: 'SHA-256', value },
      signer.certificateChain[0]!,
    )
    const signature = await signer.sign(attributes)
    const { alg, certificateChain: certificates } = signer
    return Buffer.from(
      signedData({ alg, digestAlgorithm: 'SHA-256', attributes, signature, certificates }),
    )
  }
  return own
}
