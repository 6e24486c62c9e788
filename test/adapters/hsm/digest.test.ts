import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { pkcs11KeyStore, type Pkcs11KeyStore } from '../../../adapters/hsm/pkcs11.ts'
import { ecdsaOverDigest } from '../../../adapters/hsm/software-digest.ts'
import { softwareKeyStore } from '../../../adapters/hsm/software.ts'
import { random } from '../../../adapters/system/random.ts'
import type { KeyStore } from '../../../src/ports/key-store.ts'
import type { SigningAlgorithm } from '../../../src/ports/signer.ts'
import { integer, sequence } from '../../../src/signing/der/write.ts'
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

/** RFC 6979 appendix A.2.5, with SHA-256. */
it.each([
  [
    'sample',
    'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
    'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  ],
  [
    'test',
    'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
    '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
  ],
])('ECDSA over the hash of “%s” is that of RFC 6979', (message, r, s) => {
  const secret = Buffer.from(
    'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
    'hex',
  )
  const digest = createHash('sha256').update(message).digest()
  const value = sequence(...[r, s].map((half) => integer(BigInt(`0x${half}`))))
  expect(ecdsaOverDigest(secret, digest, false)).toEqual(Buffer.from(value))
  // With entropy in it no two are the same.
  expect(ecdsaOverDigest(secret, digest, random.bytes(32))).not.toEqual(Buffer.from(value))
})

requires('openssl')('signatures over finished hashes, by keys in sealed files', () => {
  let home: string
  let keys: KeyStore
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'panjereh-digest-'))
    keys = softwareKeyStore({ directory: home, secrets: testSecrets(), random, rsaBits: 3072 })
  })
  afterAll(() => rm(home, { recursive: true }))

  suite(() => keys, ['ES256', 'RS256', 'PS256'])
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
