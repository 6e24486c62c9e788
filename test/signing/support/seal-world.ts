import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { est } from '../../../adapters/ca/est.ts'
import { EstSettings } from '../../../adapters/ca/settings.ts'
import { softwareKeyStore } from '../../../adapters/hsm/software.ts'
import { revocationChecker, RevocationSettings } from '../../../adapters/revocation/index.ts'
import { openPglite } from '../../../adapters/sql/database.ts'
import { sqlStores } from '../../../adapters/sql/index.ts'
import { clock as systemClock } from '../../../adapters/system/clock.ts'
import type { SigningServices } from '../../../src/ports/signing-services.ts'
import { sealCertificates } from '../../../src/signing/seals/seal-certificates.ts'
import { sealer } from '../../../src/signing/seals/sealer.ts'
import { pdfVerifier } from '../../../src/signing/verify/verifier.ts'
import { pdfWriterThreads } from '../../../src/signing/writer/threads.ts'
import { fakeClock, fakeRandom, testSecrets } from '../../support/fakes.ts'
import { sandboxSigning } from './sandbox-signing.ts'

export const WINDOW = { name: 'پنجرهٔ ملی', identifier: 'NTRIR-14000000120' }
export const AGENCY = { name: 'سازمان نمونه', identifier: 'NTRIR-14000000134' }

interface Issued {
  readonly name: string
  readonly revokedAt?: number
}

/** Stores in an embedded database, keys in sealed files, and the sample authority over EST: one of its own, or that at
 *  `url`. */
export async function sealWorld(url?: string) {
  const home = await mkdtemp(join(tmpdir(), 'panjereh-seals-'))
  const pki = await sandboxSigning(url)
  const database = await openPglite(undefined)
  await database.migrate()
  const clock = fakeClock(Date.now())
  const secrets = testSecrets()
  const stores = sqlStores({ knex: database.knex, secrets, clock, random: fakeRandom })
  const keyDirectory = join(home, 'keys')
  const keys = softwareKeyStore({ directory: keyDirectory, secrets, random: fakeRandom })
  const settings = EstSettings.parse({
    kind: 'est',
    url: pki.url,
    sealLabel: 'seals',
    authorization: { kind: 'basic', user: 'sandbox', password: 'sandbox' },
    revocationUrl: `${pki.url}/revocations`,
    requestMs: 2_000,
  })
  const { timestamps, revocation } = pki.ports
  if (timestamps === undefined || revocation === undefined) throw new Error('no authority')
  const authority = est(settings, { clock: systemClock })
  const anchors = [pki.root]
  const writer = pdfWriterThreads()
  const signing: SigningServices = { keys, authority, timestamps, revocation, anchors, writer }
  const ports = { ...stores, clock, random: fakeRandom, signing }
  // Of its own: what the one who seals has been told is not what others are told later.
  const asked = revocationChecker(RevocationSettings.parse({}), {
    clock: systemClock,
    random: fakeRandom,
  })
  const judging = { clock: systemClock, revocation: asked }
  const verifier = pdfVerifier(judging, { anchors: [pki.root], deadlineMs: 20_000 })
  return {
    ...{ pki, ports, clock, signing },
    verifier,
    certificates: sealCertificates({ ...ports, ...signing }),
    sealer: sealer(ports),
    /** One that waits for no decision. */
    impatientAuthority: () => est({ ...settings, waitMs: 0 }, { clock: systemClock }),
    keyFiles: () => readdir(keyDirectory).catch(() => []),
    issued: async () => (await (await fetch(`${pki.url}/issued`)).json()) as readonly Issued[],
    fault: (service: string, kind: string) =>
      fetch(`${pki.url}/faults`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ service, kind, seconds: 1 }),
      }),
    reset: () => fetch(`${pki.url}/reset`, { method: 'POST' }),
    async close() {
      await stores.events.flush()
      await Promise.all([verifier.close(), writer.close()])
      await database.close()
      await pki.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export type SealWorld = Awaited<ReturnType<typeof sealWorld>>
