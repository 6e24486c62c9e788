import type { SigningAlgorithm } from '../../ports/signer.ts'
import type { Digest } from '../../ports/timestamp-authority.ts'
import { explicit, integer, nil, oid, sequence } from '../der/write.ts'
import { OID } from './oids.ts'

/** RFC 5754 section 2: no parameters. */
export const DIGEST_IDENTIFIERS: Readonly<Record<Digest['algorithm'], Buffer>> = {
  'SHA-256': sequence(oid(OID.sha256)),
  'SHA-384': sequence(oid(OID.sha384)),
  'SHA-512': sequence(oid(OID.sha512)),
}

/** RFC 4055 section 2.1 gives the identifiers of hashes inside of PSS parameters a NULL. */
const SHA256_NULL = sequence(oid(OID.sha256), nil())

/** RFC 4055 section 3.1: SHA-256, MGF1 with SHA-256, a salt of 32 octets; trailerField has its default. */
const PSS_SHA256 = sequence(
  explicit(0, SHA256_NULL),
  explicit(1, sequence(oid(OID.mgf1), SHA256_NULL)),
  explicit(2, integer(32)),
)

/** AlgorithmIdentifiers of signatures: RSA with NULL (RFC 4055 section 5), ECDSA with nothing (RFC 5758). */
export const SIGNATURE_IDENTIFIERS: Readonly<Record<SigningAlgorithm, Buffer>> = {
  ES256: sequence(oid(OID.ecdsaWithSha256)),
  RS256: sequence(oid(OID.sha256WithRsa), nil()),
  PS256: sequence(oid(OID.rsaPss), PSS_SHA256),
}

/** The parameters in them; none where there are none. */
export const SIGNATURE_PARAMETERS: Readonly<Record<SigningAlgorithm, Buffer | undefined>> = {
  ES256: undefined,
  RS256: nil(),
  PS256: PSS_SHA256,
}

/** As node:crypto names them. */
export const HASH_NAMES: Readonly<Record<Digest['algorithm'], string>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}
