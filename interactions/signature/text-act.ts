import { createHash } from 'node:crypto'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { TimestampAuthority } from '../../src/ports/timestamp-authority.ts'
import {
  cadesAttributes,
  cadesSignature,
  jadesSignature,
  prepareJades,
  transactionBytes,
} from '../../src/signing/transaction/index.ts'
import { jadesTimestampInput, stampedJades } from '../../src/signing/transaction/jades.ts'

export const TEXT_FORMATS = ['JAdES', 'CAdES'] as const
export type TextFormat = (typeof TEXT_FORMATS)[number]

/** A text that waits for its signature, as B-T of its format. */
export interface PreparedText {
  readonly content: Buffer
  /** The very bytes that the key signs. */
  readonly toBeSigned: Uint8Array
  /** With a time stamp. `signature`: as `Signer` gives it. Throws `UpstreamUnavailable`. */
  finish(signature: Uint8Array): Promise<Buffer>
  /** Of the finished signature. */
  readonly fileName: string
  readonly mediaType: string
}

interface Wanted {
  readonly text: string
  readonly format: TextFormat
  readonly credential: Pick<SigningCredential, 'alg' | 'certificateChain'>
  /** Claimed, milliseconds since the epoch. */
  readonly at: number
}

/** Undefined when the text cannot be shown as it would be signed. */
export function prepareText(
  timestamps: TimestampAuthority,
  { text, format, ...rest }: Wanted,
): PreparedText | undefined {
  const content = contentOf(text)
  return content && MAKERS[format]({ timestamps, content, ...rest })
}

function contentOf(text: string): Buffer | undefined {
  try {
    return transactionBytes(text)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

interface Making extends Omit<Wanted, 'text' | 'format'> {
  readonly timestamps: TimestampAuthority
  readonly content: Buffer
}

const MAKERS: Readonly<Record<TextFormat, (making: Making) => PreparedText>> = {
  JAdES({ timestamps, content, credential: { alg, certificateChain }, at }) {
    const certificates = certificateChain
    const prepared = prepareJades({ content, alg, certificates, signedAt: at, isDetached: false })
    return {
      content,
      toBeSigned: prepared.signingInput,
      async finish(signature) {
        const compact = jadesSignature(prepared, signature)
        const token = await stamped(timestamps, jadesTimestampInput(compact))
        return Buffer.from(stampedJades(compact, token), 'utf8')
      },
      fileName: 'transaction.jades.json',
      // RFC 7515 section 9.2.1, flattened.
      mediaType: 'application/jose+json',
    }
  },
  CAdES({ timestamps, content, credential: { alg, certificateChain }, at }) {
    const [certificate = new Uint8Array()] = certificateChain
    const attributes = cadesAttributes({ content, certificate, signedAt: at })
    return {
      content,
      toBeSigned: attributes,
      async finish(signature) {
        const timestampToken = await stamped(timestamps, signature)
        const certificates = certificateChain
        const parts = { alg, attributes, signature, certificates, timestampToken }
        return Buffer.from(cadesSignature(parts))
      },
      fileName: 'transaction.p7s',
      // RFC 8551 section 3.2.1: detached.
      mediaType: 'application/pkcs7-signature',
    }
  },
}

function stamped(timestamps: TimestampAuthority, bytes: Uint8Array): Promise<Uint8Array> {
  const value = createHash('sha256').update(bytes).digest()
  return timestamps.stamp({ algorithm: 'SHA-256', value })
}
