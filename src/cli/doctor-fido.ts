import { readKept } from '../../adapters/fido/index.ts'
import { clock } from '../../adapters/system/clock.ts'
import type { Config } from '../config.ts'
import { trustedBy } from '../signing/certificate-path.ts'
import { messageOf, type Finding } from './doctor-finding.ts'

type Needs = Pick<Config, 'fidoMetadataFile' | 'signing' | 'signingPasskeys'>

const RENEW = 'get the newest BLOB and run `panjereh fido import` (docs/level-4.md)'

/** With passkeys that must be attested: are the models of authenticators known, and is what is known fresh? */
export async function fidoMetadata(
  { fidoMetadataFile: file, signing, signingPasskeys }: Needs,
  now = clock.now(),
): Promise<readonly Finding[]> {
  if (signingPasskeys !== 'attested') return []
  const open = signing === undefined ? 'there is no level 4 yet' : 'no window opens without it'
  try {
    const metadata = await readKept(file, trustedBy)
    if (metadata === undefined) {
      return [
        [signing === undefined ? 'warn' : 'fail', `no FIDO metadata in ${file}, ${open}: ${RENEW}`],
      ]
    }
    const { no, nextUpdate } = metadata
    const isOver = nextUpdate < new Date(now).toISOString().slice(0, 10)
    return [
      isOver
        ? ['warn', `the FIDO metadata (no ${no}) was to be renewed by ${nextUpdate}: ${RENEW}`]
        : ['ok', `the FIDO metadata (no ${no}) is good until ${nextUpdate}`],
    ]
  } catch (error) {
    return [['fail', messageOf(error)]]
  }
}
