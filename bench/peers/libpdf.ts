import { readFile } from 'node:fs/promises'
import { PDF } from '@libpdf/core'
import type { Side } from '../pades-sides.ts'

export const libpdf: Side = async ({ sandbox, signer }, file, profile) => {
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
}
