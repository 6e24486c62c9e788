import {
  createPrivateKey,
  constants,
  generateKeyPair,
  sign as signWith,
  type KeyObject,
} from 'node:crypto'
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'
import type { KeyStore } from '../../src/ports/key-store.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../src/ports/signer.ts'
import { FROM_DIGEST } from './software-digest.ts'

export interface SoftwareKeyStoreOptions {
  /** One file a key. */
  readonly directory: string
  /** Seals the keys: its own keys must come from elsewhere than this directory. */
  readonly secrets: SecretBox
  readonly random: Random
  readonly rsaBits?: 2048 | 3072 | 4096
}

const KeyFile = z.object({
  format: z.literal('panjereh-signing-key-1'),
  alg: z.enum(SIGNING_ALGORITHMS),
  label: z.string().max(200).optional(),
  /** SecretBox envelope of base64 PKCS#8. */
  sealed: z.string().max(16 * 1024),
})
type KeyFile = z.infer<typeof KeyFile>

const ID = /^[0-9a-f-]{36}$/

/** Keys in sealed files: the default of one's own machine. Whoever has the files and the master key has the keys,
 *  so they are a weaker claim to exclusive will than keys in hardware, and are labelled so. */
export function softwareKeyStore(options: SoftwareKeyStoreOptions): KeyStore {
  const { directory, secrets, random, rsaBits = 3072 } = options
  const fileOf = (id: string) => {
    if (!ID.test(id)) throw missing()
    return join(directory, `${id}.json`)
  }

  async function keyOf(id: string, alg: SigningAlgorithm): Promise<KeyObject> {
    const text = await readFile(fileOf(id), 'utf8').catch((cause: unknown) => {
      throw missing({ cause })
    })
    const { data } = KeyFile.safeParse(parsed(text))
    if (data?.alg !== alg) throw missing()
    const pkcs8 = Buffer.from(secrets.open(data.sealed, contextOf(id, alg)), 'base64')
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    pkcs8.fill(0)
    return key
  }

  return {
    protection: 'software',
    async create(alg, label) {
      const { publicKey, privateKey } = await keyPair(alg, rsaBits)
      const id = random.uuid()
      const sealed = secrets.seal(privateKey.toString('base64'), contextOf(id, alg))
      privateKey.fill(0)
      await written(fileOf(id), { format: 'panjereh-signing-key-1', alg, label, sealed }, directory)
      return { id, publicKey }
    },
    signer: (id, alg, certificateChain) => ({
      kid: id,
      alg,
      certificateChain,
      sign: async (data) => signature(alg, data, await keyOf(id, alg)),
      signDigest: async (digest) => {
        if (digest.length !== 32) throw new RangeError('a SHA-256 has 32 bytes')
        return FROM_DIGEST[alg](await keyOf(id, alg), digest, random)
      },
    }),
    async destroy(id) {
      await unlink(fileOf(id)).catch((cause: unknown) => {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
      })
    },
  }
}

/** Binds an envelope to its key: a file under another name does not open. */
const contextOf = (id: string, alg: SigningAlgorithm) => `signing-key:${alg}:${id}`

const ENCODINGS = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const

interface Pair {
  readonly publicKey: Buffer
  readonly privateKey: Buffer
}

/** In a thread of the pool: a key pair of RSA takes a second. */
function keyPair(alg: SigningAlgorithm, modulusLength: number): Promise<Pair> {
  return new Promise((settle, fail) => {
    const done = (error: Error | null, publicKey: Buffer, privateKey: Buffer) => {
      if (error) fail(error)
      else settle({ publicKey, privateKey })
    }
    if (alg === 'ES256') generateKeyPair('ec', { namedCurve: 'P-256', ...ENCODINGS }, done)
    else generateKeyPair('rsa', { modulusLength, ...ENCODINGS }, done)
  })
}

const PADDINGS: Readonly<Record<SigningAlgorithm, object>> = {
  ES256: { dsaEncoding: 'der' },
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
}

/** In a thread of the pool: RSA takes milliseconds, which nobody else shall wait for. */
function signature(alg: SigningAlgorithm, data: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((settle, fail) => {
    signWith('sha256', data, { key, ...PADDINGS[alg] }, (error, signed) => {
      if (error) fail(error)
      else settle(signed)
    })
  })
}

/** Whole or not at all, readable by its owner alone. */
async function written(file: string, content: KeyFile, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const handle = await open(`${file}.new`, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
  // A certificate will be issued for it: the key must outlive a power cut.
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function missing(options?: ErrorOptions): PanjerehError {
  return new PanjerehError('key_unavailable', 'the key store has no such signing key', options)
}
