import { spawn, type ChildProcess } from 'node:child_process'
import { constants, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { est } from '../../adapters/ca/est.ts'
import { EstSettings } from '../../adapters/ca/settings.ts'
import { clock } from '../../adapters/system/clock.ts'
import { UpstreamUnavailable } from '../errors.ts'
import type { Signer, SigningAlgorithm } from '../ports/signer.ts'
import { certificateRequest } from '../signing/x509/certificate-request.ts'
import { personSubject } from '../signing/x509/subject-name.ts'

/** A sample certification authority that is reached over the network alone, as a real one is. */
export interface SandboxAuthority {
  readonly url: string
  readonly anchor: X509Certificate
  close(): Promise<void>
}

const DEFAULT_URL = 'http://localhost:3005'

/** The one at `given`, or else the usual one of this machine, which is started for this run if it is not there.
 *  Its keys stay in a file, so that signatures of several runs have one anchor. */
export async function sandboxAuthority(given: string | undefined): Promise<SandboxAuthority> {
  const url = (given ?? DEFAULT_URL).replace(/\/$/, '')
  const anchor = await anchorOf(url)
  if (anchor) return { url, anchor, close: async () => undefined }
  if (given !== undefined)
    throw new UpstreamUnavailable('sandbox', `no sample authority answers at ${url}`)
  return started(url)
}

async function anchorOf(url: string): Promise<X509Certificate | undefined> {
  try {
    const response = await fetch(`${url}/trust.pem`, { signal: AbortSignal.timeout(5_000) })
    return response.ok ? new X509Certificate(await response.text()) : undefined
  } catch {
    return undefined
  }
}

const PROGRAM = join(import.meta.dirname, '../../sandbox/pki/main.ts')
const TRIES = 100

/** As a program of its own: the product imports nothing of the sandbox. */
async function started(url: string): Promise<SandboxAuthority> {
  const file = join(tmpdir(), `panjereh-sample-authority-${process.getuid?.() ?? 0}.json`)
  const { port } = new URL(url)
  const child = spawn(
    process.execPath,
    ['--no-warnings=ExperimentalWarning', PROGRAM, '--port', port, '--file', file],
    { stdio: 'ignore' },
  )
  for (let tries = 0; tries < TRIES && child.exitCode === null; tries++) {
    const anchor = await anchorOf(url)
    if (anchor) return { url, anchor, close: () => ended(child) }
    await pause(100)
  }
  await ended(child)
  throw new UpstreamUnavailable(
    'sandbox',
    'the sample authority does not start; give --key and --chain, or --sandbox with its address',
  )
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill()
  await gone
}

/** A made-up person with a new key and a certificate of the sample authority. */
export async function sandboxSigner(
  { url }: SandboxAuthority,
  alg: SigningAlgorithm,
): Promise<Signer> {
  const { publicKey, privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 3072 })
  const padding =
    alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}
  const key = {
    alg,
    sign: async (data: Uint8Array) => sign('sha256', data, { key: privateKey, ...padding }),
  }
  const authorization = { kind: 'basic', user: 'sandbox', password: 'sandbox' }
  const authority = est(EstSettings.parse({ kind: 'est', url, authorization }), { clock })
  const subject = personSubject({ givenName: 'علی', familyName: 'نمونه', number: '0000000000' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const certificateChain = await authority.enrol(await certificateRequest(subject, spki, key))
  return { ...key, kid: 'sandbox', certificateChain }
}
