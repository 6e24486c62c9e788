import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { KeyStore } from '../../src/ports/key-store.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../src/ports/signer.ts'

const DATA = Buffer.from('the very bytes that somebody agreed to')
const OPTIONS = {
  ES256: { dsaEncoding: 'der' },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
} as const

const keyOf = (der: Uint8Array) =>
  createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })

function holds(alg: SigningAlgorithm, der: Uint8Array, data: Uint8Array, signature: Uint8Array) {
  return verify('sha256', data, { key: keyOf(der), ...OPTIONS[alg] }, signature)
}

/** What every place of keys does. */
export function keyStoreContract(store: () => KeyStore): void {
  describe.each(SIGNING_ALGORITHMS)('a key for %s', (alg) => {
    it('signs these very bytes', async () => {
      const { id, publicKey } = await store().create(alg)
      const signer = store().signer(id, alg, [Buffer.from('a chain')])
      expect(signer).toMatchObject({ kid: id, alg, certificateChain: [Buffer.from('a chain')] })
      const signature = await signer.sign(DATA)
      expect(holds(alg, publicKey, DATA, signature)).toBe(true)
      expect(holds(alg, publicKey, Buffer.from('others'), signature)).toBe(false)
      await store().destroy(id)
    })

    it('signs a finished hash as it signs what was hashed', async () => {
      const { id, publicKey } = await store().create(alg)
      const signer = store().signer(id, alg, [])
      const sign = async (one: Uint8Array) => (await signer.signDigest?.(one)) ?? Buffer.alloc(0)
      const digest = createHash('sha256').update(DATA).digest()
      const [first, second] = [await sign(digest), await sign(digest)]
      expect([first, second].map((one) => holds(alg, publicKey, DATA, one))).toEqual([true, true])
      expect(holds(alg, publicKey, Buffer.from('others'), first)).toBe(false)
      // PKCS#1 v1.5 is the same each time; the others never use a number twice.
      expect(Buffer.compare(first, second) === 0).toBe(alg === 'RS256')
      for (const wrong of [Buffer.alloc(0), DATA, digest.subarray(1), Buffer.alloc(33)]) {
        await expect(sign(wrong)).rejects.toThrow(RangeError)
      }
      await store().destroy(id)
      await expect(sign(digest)).rejects.toMatchObject({ code: 'key_unavailable' })
    })

    it('is strong enough', async () => {
      const { id, publicKey } = await store().create(alg)
      const { namedCurve, modulusLength } = keyOf(publicKey).asymmetricKeyDetails ?? {}
      if (alg === 'ES256') expect(namedCurve).toBe('prime256v1')
      else expect(modulusLength).toBeGreaterThanOrEqual(2048)
      await store().destroy(id)
    })
  })

  it('every key is another one', async () => {
    const [one, other] = await Promise.all([store().create('ES256'), store().create('ES256')])
    expect(one.id).not.toBe(other.id)
    expect(Buffer.from(one.publicKey).equals(Buffer.from(other.publicKey))).toBe(false)
    const signature = await store().signer(one.id, 'ES256', []).sign(DATA)
    expect(holds('ES256', other.publicKey, DATA, signature)).toBe(false)
  })

  it('many sign at once, each what is theirs', async () => {
    const { id, publicKey } = await store().create('ES256')
    const signer = store().signer(id, 'ES256', [])
    const texts = Array.from({ length: 50 }, (_, n) => createHash('sha256').update(`${n}`).digest())
    const signatures = await Promise.all(texts.map((text) => signer.sign(text)))
    const verdicts = texts.map((text, n) =>
      holds('ES256', publicKey, text, signatures[n] ?? Buffer.alloc(0)),
    )
    expect(verdicts.every(Boolean)).toBe(true)
  })

  it('nothing is signed with a key that was destroyed, by nobody who used it', async () => {
    const { id } = await store().create('ES256')
    const signer = store().signer(id, 'ES256', [])
    // So that all of them, if there are several, know the key already.
    await Promise.all(Array.from({ length: 20 }, () => signer.sign(DATA)))
    await store().destroy(id)
    await store().destroy(id)
    const tries = Array.from({ length: 8 }, () => signer.sign(DATA))
    for (const one of await Promise.allSettled(tries)) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'key_unavailable' } })
    }
  })

  it.each(['', '../../etc/passwd', 'f'.repeat(32), '00000000-0000-4000-8000-000000000000'])(
    'knows no key %j',
    async (id) => {
      const signing = store().signer(id, 'ES256', []).sign(DATA)
      await expect(signing).rejects.toMatchObject({ code: 'key_unavailable' })
    },
  )
}
