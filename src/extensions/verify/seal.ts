import { UpstreamUnavailable } from '../../errors.ts'
import type { PadesProfile } from '../../signing/pades/options.ts'
import { bytesOf, signPdf } from '../../signing/pades/sign.ts'
import type { VerifyNeeds } from './needs.ts'

/** Signs a printed report with the window's own key, with a time stamp where one is to be had. Without a key the
 *  report stays as it is: it says so itself. */
export async function sealed(
  { ports, seal, timestamps }: Pick<VerifyNeeds, 'ports' | 'seal' | 'timestamps'>,
  report: Uint8Array,
): Promise<Buffer> {
  if (seal === undefined) return Buffer.from(report)
  const means = { clock: ports.clock, random: ports.random, signer: seal, timestamps }
  const as = async (profile: PadesProfile) => bytesOf(await signPdf(means, report, { profile }))
  if (timestamps === undefined) return as('B-B')
  try {
    return await as('B-T')
  } catch (error) {
    if (!(error instanceof UpstreamUnavailable)) throw error
    return as('B-B')
  }
}
