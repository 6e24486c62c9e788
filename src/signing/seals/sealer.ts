import { PanjerehError, UpstreamUnavailable } from '../../errors.ts'
import type { Ports } from '../../ports/index.ts'
import type { Seal, SealOwner } from '../../ports/seal-store.ts'
import type { SigningServices } from '../../ports/signing-services.ts'
import type { TimestampAuthority } from '../../ports/timestamp-authority.ts'
import type { PadesProfile, SignatureOptions } from '../pades/options.ts'
import { signPdf, type SignedPdf, type SignPdfOptions } from '../pades/sign.ts'
import type { GrowingPdf } from '../pades/appended.ts'
import type { PdfSource } from '../pdf/source.ts'
import type { SealPlace } from './seal-appearance.ts'
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

export type SealOptions = Omit<SignPdfOptions, 'appearance'> & SealPlace

/** Puts seals on documents: nobody else signs with their keys. A seal is a signature of a legal person (eIDAS article
 *  3(25)), added as any other: what was signed before stays valid. Throws `PdfRefused` for what cannot or must not be
 *  sealed, `UpstreamUnavailable` and `key_unavailable`. */
export function sealer({ signing, ...ports }: SealerNeeds) {
  const { current } = sealCertificates({ ...ports, ...signing })
  const { keys, timestamps, revocation, anchors, writer } = signing
  const means = { ...ports, revocation, anchors, writer }

  async function sealedBy(
    seal: Seal,
    given: Uint8Array | PdfSource | GrowingPdf,
    options: SignPdfOptions,
    stamps: TimestampAuthority = timestamps,
  ): Promise<Sealed> {
    const { keyId, alg, certificateChain, organization } = seal
    const signer = keys.signer(keyId, alg, certificateChain)
    const named = { name: organization.name, ...options }
    const pdf = await signPdf({ ...means, timestamps: stamps, signer }, given, named)
    return { seal, pdf, profile: options.profile }
  }

  return {
    has: async (owner: SealOwner): Promise<boolean> => (await current(owner)) !== undefined,

    async seal(
      owner: SealOwner,
      given: Uint8Array | PdfSource | GrowingPdf,
      { appearance, ...options }: SealOptions,
    ): Promise<Sealed | NoSeal> {
      const seal = await current(owner)
      if (seal === undefined) return 'no_seal'
      const signer = seal.organization.name
      const seen = appearance && { appearance: { ...appearance, signer } }
      return sealedBy(seal, given, { ...options, ...seen })
    },

    /** As much for later as can be had now: what others do not give today is left out, the seal itself never. */
    async sealBest(
      owner: SealOwner,
      given: Uint8Array,
      options: Omit<SignatureOptions, 'profile'> = {},
    ): Promise<Sealed | NoSeal> {
      const seal = await current(owner)
      if (seal === undefined) return 'no_seal'
      let isStamped = false
      const stamp: TimestampAuthority['stamp'] = async (digest) => {
        const token = await timestamps.stamp(digest)
        isStamped = true
        return token
      }
      const put = (profile: PadesProfile) =>
        sealedBy(seal, given, { ...options, profile }, { stamp })
      // Nobody waits a second time for an authority that has just not answered.
      return otherwise(
        () => put('B-LTA'),
        () =>
          isStamped
            ? otherwise(
                () => put('B-T'),
                () => put('B-B'),
              )
            : put('B-B'),
      )
    },
  }
}

export type Sealer = ReturnType<typeof sealer>

/** The second where somebody whom the first needs is away. */
async function otherwise<Result>(
  first: () => Promise<Result>,
  second: () => Promise<Result>,
): Promise<Result> {
  try {
    return await first()
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return second()
    throw error
  }
}

/** The seal cannot be put now: nothing is wrong with the document. */
export const isAway = (error: unknown): boolean =>
  error instanceof PanjerehError &&
  (error.code === 'upstream_unavailable' || error.code === 'key_unavailable')
