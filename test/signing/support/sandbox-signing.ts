import { generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto'
import { revocationChecker, RevocationSettings } from '../../../adapters/revocation/index.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { random } from '../../../adapters/system/random.ts'
import { timestampAuthority, TsaSettings } from '../../../adapters/tsa/index.ts'
import type { Signer, SigningAlgorithm } from '../../../src/ports/signer.ts'
import { readCertificateBag } from '../../../src/signing/cms/read-signed-data.ts'
import { constructed, TAG } from '../../../src/signing/der/tags.ts'
import { integer, oid, sequence, setOf, tlv } from '../../../src/signing/der/write.ts'
import { SIGNATURE_IDENTIFIERS } from '../../../src/signing/x509/algorithms.ts'
import { OID } from '../../../src/signing/x509/oids.ts'
import type { SigningPorts } from '../../../src/signing/pades/sign.ts'

export interface SandboxSigning {
  readonly url: string
  readonly ports: SigningPorts
  /** DER. */
  readonly root: Buffer
  readonly issuing: Buffer
  signer(kind?: KeyKind, name?: string): Promise<Signer>
  close(): Promise<void>
}

export type KeyKind = 'P-256' | 'RSA-2048' | 'RSA-3072' | 'PSS-3072'

const ALGORITHMS: Readonly<Record<KeyKind, SigningAlgorithm>> = {
  'P-256': 'ES256',
  'RSA-2048': 'RS256',
  'RSA-3072': 'RS256',
  'PSS-3072': 'PS256',
}

/** The sample authority in this process, or the one at `url`, with the adapters that the product uses. */
export async function sandboxSigning(url?: string): Promise<SandboxSigning> {
  const running = url === undefined ? await begun() : { url, close: async () => undefined }
  const der = async (name: string) =>
    Buffer.from(await (await fetch(`${running.url}/${name}`)).arrayBuffer())
  const [root, issuing] = await Promise.all([der('root.crt'), der('issuing.crt')])
  const needs = { clock, random }
  return {
    url: running.url,
    root,
    issuing,
    ports: {
      ...needs,
      timestamps: timestampAuthority(
        TsaSettings.parse({
          authorities: [{ url: `${running.url}/tsa` }],
          allMs: 60_000,
          eachMs: 60_000,
        }),
        needs,
      ),
      revocation: revocationChecker(
        RevocationSettings.parse({ deadlineMs: 30_000, ocspMs: 30_000 }),
        needs,
      ),
      anchors: [root],
    },
    signer: (kind = 'P-256', name = 'Ali Sample') => enrolled(running.url, issuing, kind, name),
    close: () => running.close(),
  }
}

/** Loaded only by who runs it in this process. */
async function begun() {
  const { pki } = await import('../../../sandbox/pki/main.ts')
  return pki({ port: 0 })
}

async function enrolled(
  url: string,
  issuing: Buffer,
  kind: KeyKind,
  name: string,
): Promise<Signer> {
  const { publicKey, privateKey } = keyPair(kind)
  const certificate = await certificateFor(url, privateKey, publicKey, name)
  const padding = kind === 'PSS-3072' ? { padding: 6, saltLength: 32 } : {}
  return {
    kid: 'sandbox',
    alg: ALGORITHMS[kind],
    certificateChain: [certificate, issuing],
    sign: async (data) => signBytes('sha256', data, { key: privateKey, ...padding }),
  }
}

function keyPair(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  return kind === 'P-256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: kind === 'RSA-2048' ? 2048 : 3072 })
}

async function certificateFor(
  url: string,
  privateKey: KeyObject,
  publicKey: KeyObject,
  name: string,
) {
  const response = await fetch(`${url}/.well-known/est/simpleenroll`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`,
      'content-type': 'application/pkcs10',
    },
    body: requestFor(privateKey, publicKey, name).toString('base64'),
  })
  if (!response.ok) throw new Error(`enrolment: ${response.status} ${await response.text()}`)
  const [certificate] = readCertificateBag(Buffer.from(await response.text(), 'base64'))
  return Buffer.from(certificate!)
}

/** PKCS#10 (RFC 2986). */
function requestFor(privateKey: KeyObject, publicKey: KeyObject, name: string): Buffer {
  const attribute = (type: string, value: Buffer) => setOf(sequence(oid(type), value))
  const info = sequence(
    integer(0),
    sequence(
      attribute(OID.countryName, tlv(TAG.printableString, Buffer.from('IR'))),
      attribute(OID.commonName, tlv(TAG.utf8String, Buffer.from(name))),
    ),
    publicKey.export({ format: 'der', type: 'spki' }),
    tlv(constructed(0)),
  )
  const alg = privateKey.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256'
  const signature = signBytes('sha256', info, privateKey)
  return sequence(
    info,
    SIGNATURE_IDENTIFIERS[alg],
    tlv(TAG.bitString, Buffer.concat([Buffer.of(0), signature])),
  )
}
