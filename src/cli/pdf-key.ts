import { constants, createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PanjerehError } from '../errors.ts'
import type { Signer, SigningAlgorithm } from '../ports/signer.ts'

export interface KeyFiles {
  /** PEM. */
  readonly key: string
  /** PEM, the signer's own certificate first. */
  readonly chain: string
  readonly passphrase?: string
  /** RSA-PSS instead of PKCS #1 v1.5. */
  readonly pss?: boolean
}

/** A key in a file. Throws `config_invalid` when it cannot be used, or is not the one of the certificate. */
export async function fileSigner(files: KeyFiles): Promise<Signer> {
  const pem = await readFile(files.key)
  const key = readKey(pem, files.key, files.passphrase)
  const chain = await certificatesIn(files.chain)
  const [own] = chain
  if (own?.checkPrivateKey(key) !== true)
    throw invalid(`${files.chain}: its first certificate is not the one of the key`)
  const alg = algorithmOf(key, files.pss ?? false)
  return {
    kid: own.fingerprint256,
    alg,
    // Whoever checks has the anchors: they are of no use in the signature.
    certificateChain: chain
      .filter((one, at) => at === 0 || !isSelfSigned(one))
      .map(({ raw }) => raw),
    sign: async (data) => sign('sha256', data, { key, ...(alg === 'PS256' ? PSS : {}) }),
  }
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

function readKey(pem: Buffer, file: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, passphrase })
  } catch (cause) {
    throw invalid(`${file}: no private key in PEM, or it needs another passphrase`, cause)
  }
}

function algorithmOf(key: KeyObject, pss: boolean): SigningAlgorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256'
  const isLong = (details?.modulusLength ?? 0) >= 2048
  if (type === 'rsa-pss' && isLong) return 'PS256'
  if (type === 'rsa' && isLong) return pss ? 'PS256' : 'RS256'
  throw invalid('The key is neither on P-256 nor RSA of 2048 bits and more')
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** One PEM file may hold several; otherwise it is one in DER. */
export async function certificatesIn(file: string): Promise<readonly X509Certificate[]> {
  const bytes = await readFile(file)
  const pems = bytes.toString('latin1').match(PEM) ?? []
  try {
    return (pems.length === 0 ? [bytes] : pems).map((one) => new X509Certificate(one))
  } catch (cause) {
    throw invalid(`${file} holds no certificate`, cause)
  }
}

const isSelfSigned = (one: X509Certificate) => one.subject === one.issuer && one.checkIssued(one)

const invalid = (message: string, cause?: unknown) =>
  new PanjerehError('config_invalid', message, { cause })
