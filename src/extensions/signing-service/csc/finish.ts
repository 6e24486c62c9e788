import type { SigningCredential } from '../../../ports/signing-credential-store.ts'
import type { TimestampAuthority } from '../../../ports/timestamp-authority.ts'
import { signedData } from '../../../signing/cms/signed-data.ts'
import { bytesOf, finishSignature } from '../../../signing/pades/sign.ts'
import type { PadesProfile } from '../../../signing/pades/options.ts'
import { sha256 } from '../../../signing/sad.ts'
import { cadesSignature, jadesSignature } from '../../../signing/transaction/index.ts'
import { jadesTimestampInput, stampedJades } from '../../../signing/transaction/jades.ts'
import type { Makings } from './doc-jobs.ts'
import type { CscNeeds } from './needs.ts'

/** What the key has given, and of what. */
export interface Raw<Made> {
  readonly made: Made
  readonly signature: Uint8Array
  readonly credential: SigningCredential
  readonly profile: PadesProfile
}

export interface Finished {
  readonly value: Uint8Array
  /** The time stamps in it. */
  readonly tokens: readonly Uint8Array[]
}

/** Kind of signature → from the signature of the key to that of the format: with time stamps from B-T on. Throws
 *  `UpstreamUnavailable`. */
export type Finish = {
  readonly [Kind in keyof Makings]: (raw: Raw<Makings[Kind]>) => Promise<Finished>
}

export function finisher({ ports, signing }: Pick<CscNeeds, 'ports' | 'signing'>): Finish {
  const { clock, random } = ports

  async function stamped({ profile }: Raw<unknown>, bytes: Uint8Array) {
    if (profile === 'B-B') return undefined
    return signing.timestamps.stamp({ algorithm: 'SHA-256', value: sha256(bytes) })
  }

  /** CMS: CAdES, and PAdES for the /Contents of a PDF. */
  async function cms(raw: Raw<Uint8Array>, assemble: typeof cadesSignature): Promise<Finished> {
    const { made: attributes, signature, credential } = raw
    const { alg, certificateChain: certificates } = credential
    const timestampToken = await stamped(raw, signature)
    const value = assemble({ alg, attributes, signature, certificates, timestampToken })
    return { value, tokens: timestampToken ? [timestampToken] : [] }
  }

  return {
    cades: (raw) => cms(raw, cadesSignature),
    pades: (raw) => cms(raw, (parts) => signedData({ ...parts, digestAlgorithm: 'SHA-256' })),

    /** Compact; with a time stamp flattened JSON. */
    async jades(raw) {
      const compact = jadesSignature(raw.made, raw.signature)
      const token = await stamped(raw, jadesTimestampInput(compact))
      const text = token === undefined ? compact : stampedJades(compact, token)
      return { value: Buffer.from(text, 'utf8'), tokens: token ? [token] : [] }
    },

    async pdf({ made, signature, profile }) {
      const tokens: Uint8Array[] = []
      const timestamps: TimestampAuthority = {
        async stamp(digest) {
          const token = await signing.timestamps.stamp(digest)
          tokens.push(token)
          return token
        },
      }
      const means = { ...signing, timestamps, clock, random }
      return { value: bytesOf(await finishSignature(means, made, signature, profile)), tokens }
    },
  }
}
