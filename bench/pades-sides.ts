import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { PDFDocument } from '@cantoo/pdf-lib'
import { PDF } from '@libpdf/core'
import { plainAddPlaceholder } from '@signpdf/placeholder-plain'
import { SignPdf } from '@signpdf/signpdf'
import { Signer as SignpdfSigner } from '@signpdf/utils'
import { signedAttributes, signedData } from '../src/signing/cms/signed-data.ts'
import type { PadesProfile } from '../src/signing/pades/options.ts'
import { signPdf } from '../src/signing/pades/sign.ts'
import { fileSource } from '../src/signing/pdf/source.ts'
import type { SandboxSigning } from '../test/signing/support/sandbox-signing.ts'
import type { Signer } from '../src/ports/signer.ts'

export interface Means {
  readonly sandbox: SandboxSigning
  readonly signer: Signer
}

/** Reads one document, signs it, and has the result: as bytes, or (ours) as what must be appended. */
export type Side = (means: Means, file: string, profile: PadesProfile) => Promise<unknown>

/** Who signs. Peers that do not know a profile are left out there. */
export const SIDES: Readonly<Record<string, Side>> = {
  ours: async ({ sandbox, signer }, file, profile) => {
    const descriptor = openSync(file, 'r')
    try {
      const source = fileSource(descriptor, fstatSync(descriptor).size)
      return await signPdf({ ...sandbox.ports, signer }, source, { profile })
    } finally {
      closeSync(descriptor)
    }
  },

  libpdf: async ({ sandbox, signer }, file, profile) => {
    const { timestamps, revocation } = sandbox.ports
    const [certificate, ...chain] = signer.certificateChain
    const pdf = await PDF.load(await readFile(file))
    return pdf.sign({
      level: profile,
      signer: {
        certificate: certificate!,
        certificateChain: [...chain, sandbox.root],
        keyType: 'EC',
        signatureAlgorithm: 'ECDSA',
        sign: (data) => signer.sign(data),
      },
      // The same caches and connections as ours.
      timestampAuthority: {
        timestamp: (value) => timestamps!.stamp({ algorithm: 'SHA-256', value }),
      },
      revocationProvider: {
        getOCSP: async (cert, issuer) => (await revocation!.check(cert, issuer)).der,
      },
    })
  },

  // An update and its hash alone: it does not sign.
  cantoo: async (_, file) => {
    const pdf = await PDFDocument.load(await readFile(file), { forIncrementalUpdate: true })
    pdf.getPage(0).drawText('x')
    return createHash('sha256')
      .update(await pdf.commit())
      .digest()
  },

  signpdf: async ({ signer }, file) => {
    const pdfBuffer = plainAddPlaceholder({
      pdfBuffer: await readFile(file),
      reason: 'r',
      contactInfo: 'c',
      name: 'n',
      location: 'l',
    })
    return new SignPdf().sign(pdfBuffer, cmsSigner(signer))
  },
}

export const PEERS: Readonly<Record<PadesProfile, readonly string[]>> = {
  'B-B': ['libpdf', 'cantoo', 'signpdf'],
  'B-T': ['libpdf'],
  'B-LT': ['libpdf'],
  'B-LTA': ['libpdf'],
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
