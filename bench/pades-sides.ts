import { closeSync, fstatSync, openSync } from 'node:fs'
import type { Signer } from '../src/ports/signer.ts'
import type { PadesProfile } from '../src/signing/pades/options.ts'
import { signPdf } from '../src/signing/pades/sign.ts'
import { fileSource } from '../src/signing/pdf/source.ts'
import type { SandboxSigning } from '../test/signing/support/sandbox-signing.ts'

export interface Means {
  readonly sandbox: SandboxSigning
  readonly signer: Signer
}

/** Reads one document, signs it, and has the result: as bytes, or (ours) as what must be appended. */
export type Side = (means: Means, file: string, profile: PadesProfile) => Promise<unknown>

/** Who signs. Each is loaded alone, so that nobody's memory holds the others. Peers that do not know a profile are left
 *  out there. */
export const SIDES: Readonly<Record<string, () => Promise<Side>>> = {
  ours: async () => ours,
  libpdf: async () => (await import('./peers/libpdf.ts')).libpdf,
  cantoo: async () => (await import('./peers/cantoo.ts')).cantoo,
  signpdf: async () => (await import('./peers/signpdf.ts')).signpdf,
}

export const PEERS: Readonly<Record<PadesProfile, readonly string[]>> = {
  'B-B': ['libpdf', 'cantoo', 'signpdf'],
  'B-T': ['libpdf'],
  'B-LT': ['libpdf'],
  'B-LTA': ['libpdf'],
}

const ours: Side = async ({ sandbox, signer }, file, profile) => {
  const descriptor = openSync(file, 'r')
  try {
    const source = fileSource(descriptor, fstatSync(descriptor).size)
    return await signPdf({ ...sandbox.ports, signer }, source, { profile })
  } finally {
    closeSync(descriptor)
  }
}
