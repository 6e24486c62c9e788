import { createHash } from 'node:crypto'
import { PanjerehError } from '../../src/errors.ts'
import type { KeyStore } from '../../src/ports/key-store.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SigningAlgorithm } from '../../src/ports/signer.ts'
import { pkcs11Processes } from './pkcs11-processes.ts'
import type { Pkcs11Settings } from './pkcs11-protocol.ts'

export { Pkcs11Settings } from './pkcs11-protocol.ts'

export interface Pkcs11KeyStore extends KeyStore {
  /** Ends the processes. */
  close(): Promise<void>
}

const ID = /^[0-9a-f]{32}$/

/** Keys on a PKCS#11 token, from SoftHSM to any vendor's: made there, sensitive, and never extractable. The module
 *  runs in processes of its own; a token that was away is opened again by itself. */
export function pkcs11KeyStore(
  settings: Pkcs11Settings,
  { random }: { readonly random: Random },
): Pkcs11KeyStore {
  const processes = pkcs11Processes(settings)

  async function signed(keyId: string, alg: SigningAlgorithm, digest: Uint8Array) {
    const signature = await processes.run({ kind: 'sign', alg, keyId: checked(keyId), digest })
    if (signature === undefined) throw missing()
    return signature
  }

  return {
    protection: settings.protection,
    async create(alg, label = alg) {
      const id = Buffer.from(random.bytes(16)).toString('hex')
      const { rsaBits } = settings
      const publicKey = await processes.run({ kind: 'create', alg, keyId: id, label, rsaBits })
      if (publicKey === undefined) throw missing()
      return { id, publicKey }
    },
    signer: (id, alg, certificateChain) => ({
      kid: id,
      alg,
      certificateChain,
      sign: (data) => signed(id, alg, createHash('sha256').update(data).digest()),
      signDigest: async (digest) => signed(id, alg, sha256Digest(digest)),
    }),
    async destroy(id) {
      const keyId = checked(id)
      await processes.run({ kind: 'destroy', keyId })
      await processes.tell({ kind: 'forget', keyId })
    },
    close: () => processes.close(),
  }
}

/** The token takes whatever has a hash's length, so nothing else must get there. */
function sha256Digest(digest: Uint8Array): Uint8Array {
  if (digest.length !== 32) throw new RangeError('a SHA-256 has 32 bytes')
  return digest
}

function checked(id: string): string {
  if (ID.test(id)) return id
  throw missing()
}

function missing(): PanjerehError {
  return new PanjerehError('key_unavailable', 'the token has no such signing key')
}
