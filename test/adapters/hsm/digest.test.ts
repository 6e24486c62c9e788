import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { pkcs11KeyStore, type Pkcs11KeyStore } from '../../../adapters/hsm/pkcs11.ts'
import { softwareKeyStore } from '../../../adapters/hsm/software.ts'
import { random } from '../../../adapters/system/random.ts'
import type { KeyStore } from '../../../src/ports/key-store.ts'
import type { SigningAlgorithm } from '../../../src/ports/signer.ts'
import { testSecrets } from '../../support/fakes.ts'
import { opensslBench, pem, type Bench } from '../../support/openssl.ts'
import { requires } from '../../support/skips.ts'
import { softHsm, type SoftHsm } from '../../support/softhsm.ts'

const DATA = Buffer.from('what a service has hashed by itself')
const PSS = ['rsa_padding_mode:pss', 'rsa_pss_saltlen:32', 'rsa_mgf1_md:sha256']
const OPTIONS: Readonly<Record<SigningAlgorithm, readonly string[]>> = {
  ES256: [],
  RS256: [],
  PS256: PSS.flatMap((option) => ['-sigopt', option]),
}

let bench: Bench
beforeAll(async () => {
  bench = await opensslBench()
})
afterAll(() => bench.close())

/** What openssl says of the signature over a finished hash, when it is shown the data. */
async function verdict(keys: KeyStore, alg: SigningAlgorithm, shown: Uint8Array) {
  const { id, publicKey } = await keys.create(alg)
  const digest = createHash('sha256').update(DATA).digest()
  const signature = await keys.signer(id, alg, []).signDigest?.(digest)
  await keys.destroy(id)
  if (signature === undefined) return 'it does not sign finished hashes'
  const key = await bench.put(`${id}.pem`, pem(publicKey, 'PUBLIC KEY'))
  const [signed, data] = [
    await bench.put(`${id}.sig`, signature),
    await bench.put(`${id}.bin`, shown),
  ]
  const how = [...OPTIONS[alg], '-verify', key, '-signature', signed]
  return (await bench.openssl('dgst', '-sha256', ...how, data)).text.trim()
}

function suite(keys: () => KeyStore, algorithms: readonly SigningAlgorithm[]): void {
  it.each(algorithms)('are what openssl takes for one over the data: %s', async (alg) => {
    expect(await verdict(keys(), alg, DATA)).toBe('Verified OK')
    expect(await verdict(keys(), alg, Buffer.from('other data'))).toMatch(/^Verification failure/i)
  })
}

requires('openssl')('signatures over finished hashes, by keys in sealed files', () => {
  let home: string
  let keys: KeyStore
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'panjereh-digest-'))
    keys = softwareKeyStore({ directory: home, secrets: testSecrets(), random, rsaBits: 3072 })
  })
  afterAll(() => rm(home, { recursive: true }))

  suite(() => keys, ['RS256', 'PS256'])
})

requires('openssl', 'softhsm')('signatures over finished hashes, by keys on a token', () => {
  let hsm: SoftHsm
  let keys: Pkcs11KeyStore
  beforeAll(async () => {
    hsm = await softHsm({ rsaBits: 2048 })
    keys = pkcs11KeyStore(hsm.settings, { random })
  })
  afterAll(async () => {
    await keys.close()
    await hsm.close()
  })

  suite(() => keys, ['ES256', 'RS256', 'PS256'])
})
