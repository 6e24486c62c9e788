import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { pkcs11KeyStore, type Pkcs11KeyStore } from '../../../adapters/hsm/pkcs11.ts'
import { random } from '../../../adapters/system/random.ts'
import { keyStoreContract } from '../../contracts/key-store.contract.ts'
import { requires } from '../../support/skips.ts'
import { softHsm, type SoftHsm } from '../../support/softhsm.ts'

const DATA = Buffer.from('to be signed')
let hsm: SoftHsm
let store: Pkcs11KeyStore

requires('softhsm')('keys on a PKCS#11 token', () => {
  beforeAll(async () => {
    hsm = await softHsm({ rsaBits: 2048 })
    store = pkcs11KeyStore(hsm.settings, { random })
  })
  afterAll(async () => {
    await store.close()
    await hsm.close()
  })

  keyStoreContract(() => store)

  it('say what the operator says of the module', () => {
    expect(store.protection).toBe('software')
    const other = pkcs11KeyStore({ ...hsm.settings, protection: 'hardware' }, { random })
    expect(other.protection).toBe('hardware')
  })

  it('are found again by the next start', async () => {
    const { id } = await store.create('ES256')
    const again = pkcs11KeyStore({ ...hsm.settings, processes: 1 }, { random })
    await expect(again.signer(id, 'ES256', []).sign(DATA)).resolves.toBeDefined()
    await again.close()
  })

  it('bear their label, and cannot be taken out of the token', async () => {
    const { id } = await store.create('ES256', 'seal:window')
    const code = `
      const c = require('pkcs11js'); const m = new c.PKCS11(); m.load(process.env.MODULE)
      m.C_Initialize({ flags: c.CKF_OS_LOCKING_OK })
      const slot = m.C_GetSlotList(true).find((one) =>
        m.C_GetTokenInfo(one).label.trim() === process.env.LABEL)
      const s = m.C_OpenSession(slot, c.CKF_SERIAL_SESSION | c.CKF_RW_SESSION)
      m.C_Login(s, c.CKU_USER, process.env.PIN)
      m.C_FindObjectsInit(s, [{ type: c.CKA_CLASS, value: c.CKO_PRIVATE_KEY },
        { type: c.CKA_ID, value: Buffer.from(process.env.KEY, 'hex') }])
      const [key] = m.C_FindObjects(s, 1); m.C_FindObjectsFinal(s)
      const [label] = m.C_GetAttributeValue(s, key, [{ type: c.CKA_LABEL }])
      console.log(label.value.toString())
      const tries = [() => m.C_GetAttributeValue(s, key, [{ type: c.CKA_VALUE }]),
        () => m.C_SetAttributeValue(s, key, [{ type: c.CKA_EXTRACTABLE, value: true }])]
      console.log(tries.map((one) => { try { one(); return 'done' } catch { return 'refused' } }).join())`
    const { module, pin, tokenLabel, env } = hsm.settings
    const said = execFileSync(process.execPath, ['-e', code], {
      encoding: 'utf8',
      env: { ...process.env, ...env, MODULE: module, PIN: pin, LABEL: tokenLabel, KEY: id },
    })
    expect(said.trim().split('\n')).toEqual(['panjereh seal:window', 'refused,refused'])
  })

  it('a token that was away is used again when it is back', async () => {
    const own = await softHsm()
    const keys = pkcs11KeyStore({ ...own.settings, processes: 1 }, { random })
    const { id } = await keys.create('ES256')
    const signer = keys.signer(id, 'ES256', [])
    await expect(signer.sign(DATA)).resolves.toBeDefined()
    await own.remove()
    await expect(signer.sign(DATA)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      upstream: 'hsm',
    })
    await own.putBack()
    await expect(signer.sign(DATA)).resolves.toBeDefined()
    await keys.close()
    await own.close()
  })

  it('a wrong PIN or label is said at once, without the PIN', async () => {
    for (const wrong of [
      { pin: '13579246' },
      { tokenLabel: 'another' },
      { module: '/no/such.so' },
    ]) {
      const keys = pkcs11KeyStore({ ...hsm.settings, ...wrong, processes: 1 }, { random })
      const failure = await keys.create('ES256').then(String, String)
      expect(failure).toMatch(/^UpstreamUnavailable: hsm: /)
      expect(failure).not.toContain('13579246')
      await keys.close()
    }
  })
})
