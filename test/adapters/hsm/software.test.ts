import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { secretBox } from '../../../adapters/crypto/secret-box.ts'
import { softwareKeyStore } from '../../../adapters/hsm/software.ts'
import { random } from '../../../adapters/system/random.ts'
import type { KeyStore } from '../../../src/ports/key-store.ts'
import { keyStoreContract } from '../../contracts/key-store.contract.ts'

let directory: string
let store: KeyStore
const box = () =>
  secretBox({ keys: [{ id: 'k1', key: randomBytes(32) }], lookupKey: randomBytes(32) })
const secrets = box()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'panjereh-keys-'))
  store = softwareKeyStore({ directory, secrets, random, rsaBits: 2048 })
})
afterAll(() => rm(directory, { recursive: true }))

describe('keys in sealed files', () => {
  keyStoreContract(() => store)

  it('say that they are software', () => {
    expect(store.protection).toBe('software')
  })

  it('are found again by the next start, and only with the master key', async () => {
    const { id } = await store.create('ES256')
    const again = softwareKeyStore({ directory, secrets, random })
    await expect(again.signer(id, 'ES256', []).sign(Buffer.of(1))).resolves.toBeDefined()
    const stranger = softwareKeyStore({ directory, secrets: box(), random })
    await expect(stranger.signer(id, 'ES256', []).sign(Buffer.of(1))).rejects.toMatchObject({
      code: 'sealed_data_unreadable',
    })
  })

  it('bear the label that they were made with, for whoever looks', async () => {
    const { id } = await store.create('ES256', 'seal:window')
    const text = await readFile(join(directory, `${id}.json`), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ label: 'seal:window' })
    await expect(store.signer(id, 'ES256', []).sign(Buffer.of(1))).resolves.toBeDefined()
  })

  it('stand in no file in the clear, and nobody else may read the files', async () => {
    const { id } = await store.create('ES256')
    const file = join(directory, `${id}.json`)
    const text = await readFile(file, 'utf8')
    expect(Object.keys(JSON.parse(text))).toEqual(['format', 'alg', 'sealed'])
    // The first octets of PKCS#8 in base64.
    expect(text).not.toContain('MIGHAgEAMBMGByqGSM49')
    expect((await stat(file)).mode & 0o077).toBe(0)
  })

  it('cannot be exchanged by exchanging files', async () => {
    const [one, other] = await Promise.all([store.create('ES256'), store.create('ES256')])
    await rename(join(directory, `${one.id}.json`), join(directory, `${other.id}.json`))
    await expect(store.signer(other.id, 'ES256', []).sign(Buffer.of(1))).rejects.toMatchObject({
      code: 'sealed_data_unreadable',
    })
  })

  it('are used for their own algorithm alone', async () => {
    const { id } = await store.create('RS256')
    await expect(store.signer(id, 'PS256', []).sign(Buffer.of(1))).rejects.toMatchObject({
      code: 'key_unavailable',
    })
  })

  it.each(['', '{', '{}', '{"format":"panjereh-signing-key-1","alg":"ES256","sealed":"x"}'])(
    'a damaged file is said to be one: %j',
    async (text) => {
      const { id } = await store.create('ES256')
      await writeFile(join(directory, `${id}.json`), text)
      await expect(store.signer(id, 'ES256', []).sign(Buffer.of(1))).rejects.toMatchObject({
        code: expect.stringMatching(/^(key_unavailable|sealed_data_unreadable)$/),
      })
    },
  )

  it('are written whole: no half file is left', async () => {
    await store.create('ES256')
    expect((await readdir(directory)).filter((name) => !name.endsWith('.json'))).toEqual([])
  })
})
