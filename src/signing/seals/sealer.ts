import { PanjerehError, UpstreamUnavailable } from '../../errors.ts'
import type { Ports } from '../../ports/index.ts'
import type { Seal, SealOwner } from '../../ports/seal-store.ts'
import type { SigningServices } from '../../ports/signing-services.ts'
import type { PadesProfile, SignatureOptions } from '../pades/options.ts'
import { signPdf, type SignedPdf, type SignPdfOptions } from '../pades/sign.ts'
import type { PdfSource } from '../pdf/source.ts'
import { sealCertificates } from './seal-certificates.ts'

export type SealerNeeds = Pick<Ports, 'clock' | 'random' | 'seals'> & {
  readonly signing: SigningServices
}

/** There is none in force. For the window's own that is an outage, for a client's an expected answer. */
export type NoSeal = 'no_seal'

export interface Sealed {
  readonly seal: Seal
  readonly pdf: SignedPdf
  readonly profile: PadesProfile
}

/** Puts seals on documents: nobody else signs with their keys. A seal is a signature of a legal person (eIDAS article
 *  3(25)), added as any other: what was signed before stays valid. Throws `PdfRefused` for what cannot or must not be
 *  sealed, `UpstreamUnavailable` and `key_unavailable`. */
export function sealer({ signing, ...ports }: SealerNeeds) {
  const { current } = sealCertificates({ ...ports, ...signing })
  const { keys, timestamps, revocation, anchors } = signing
  const means = { ...ports, timestamps, revocation, anchors }

  async function sealedBy(
    seal: Seal,
    given: Uint8Array | PdfSource,
    options: SignPdfOptions,
  ): Promise<Sealed> {
    const { keyId, alg, certificateChain, organization } = seal
    const signer = keys.signer(keyId, alg, certificateChain)
    const pdf = await signPdf({ ...means, signer }, given, { name: organization.name, ...options })
    return { seal, pdf, profile: options.profile }
  }

  return {
    has: async (owner: SealOwner): Promise<boolean> => (await current(owner)) !== undefined,

    async seal(
      owner: SealOwner,
      given: Uint8Array | PdfSource,
      options: SignPdfOptions,
    ): Promise<Sealed | NoSeal> {
      const seal = await current(owner)
      return seal === undefined ? 'no_seal' : sealedBy(seal, given, options)
    },

    /** As much for later as can be had now: what others do not give today is left out, the seal itself never. */
    async sealBest(
      owner: SealOwner,
      given: Uint8Array,
      options: Omit<SignatureOptions, 'profile'> = {},
    ): Promise<Sealed | NoSeal> {
      const seal = await current(owner)
      if (seal === undefined) return 'no_seal'
      for (const profile of FALLING) {
        try {
          return await sealedBy(seal, given, { ...options, profile })
        } catch (error) {
          if (!(error instanceof UpstreamUnavailable)) throw error
        }
      }
      return sealedBy(seal, given, { ...options, profile: 'B-B' })
    },
  }
}

export type Sealer = ReturnType<typeof sealer>

/** Without its revocation there is no B-LT; without a time stamp nothing but the seal. */
const FALLING = ['B-LTA', 'B-T'] as const

/** The seal cannot be put now: nothing is wrong with the document. */
export const isAway = (error: unknown): boolean =>
  error instanceof PanjerehError &&
  (error.code === 'upstream_unavailable' || error.code === 'key_unavailable')
