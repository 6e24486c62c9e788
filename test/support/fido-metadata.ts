import { randomUUID } from 'node:crypto'
import { CompactSign } from 'jose'
import type { Blob } from '../../adapters/fido/index.ts'
import { oid, printableString, sequence, setOf, utf8String } from '../../src/signing/der/write.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import type { Attestation } from './authenticator.ts'
import { authority, CA_USES, made, usage, type Made } from './made-certificates.ts'

const ORGANIZATIONAL_UNIT = '2.5.4.11'

/** WebAuthn Level 3, section 8.2.1: what the subject of such a certificate must be. */
const ATTESTATION_SUBJECT = sequence(
  setOf(sequence(oid(OID.countryName), printableString('IR'))),
  setOf(sequence(oid(OID.organizationName), utf8String('Sample maker'))),
  setOf(sequence(oid(ORGANIZATIONAL_UNIT), utf8String('Authenticator Attestation'))),
  setOf(sequence(oid(OID.commonName), utf8String('Sample key'))),
)

export const rootOf = (name: string) => made({ name, extensions: [authority(), usage(...CA_USES)] })

/** Who makes a model of authenticators, and vouches for each. */
export function authenticatorMaker() {
  const root = rootOf('Sample maker')
  const certificate = made({ name: '', subject: ATTESTATION_SUBJECT, issuer: root, extensions: [] })
  const aaguid = randomUUID()
  const { der, privateKey } = certificate
  const attestation: Attestation = { aaguid, maker: { chain: [der], privateKey } }
  return { aaguid, root, certificate, attestation }
}

export type AuthenticatorMaker = ReturnType<typeof authenticatorMaker>

/** MetadataBLOBPayloadEntry (FIDO Metadata Service 3.0, section 3.1.1). */
export const entryOf = ({ aaguid, root }: AuthenticatorMaker, status = 'FIDO_CERTIFIED_L1') => ({
  aaguid,
  metadataStatement: { attestationRootCertificates: [root.der.toString('base64')] },
  statusReports: [{ status, effectiveDate: '2026-01-01' }],
})

export const payloadOf = (entries: readonly unknown[], more: Readonly<object> = {}) => ({
  ...{ legalHeader: 'a sample', no: 7, nextUpdate: '2999-01-01', entries },
  ...more,
})

export const PUBLISHER = 'mds.example'

export interface Publishing {
  readonly root?: Made
  readonly signer?: Made
}

/** A BLOB as its publisher signs it, and how it is to be verified. */
export async function blobOf(payload: unknown, { root, signer }: Publishing = {}): Promise<Blob> {
  const anchor = root ?? rootOf('Sample publisher')
  const by = signer ?? made({ name: PUBLISHER, issuer: anchor })
  const text = await new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c: [by.der.toString('base64')] })
    .sign(by.privateKey)
  return { text, root: anchor.der, signer: PUBLISHER, at: Date.now() }
}
