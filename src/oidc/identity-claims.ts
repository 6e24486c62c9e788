import type { Verified } from '../assurance/verified-claims.ts'
import type { Identity, RegistryCheck } from '../ports/identity-store.ts'
import type { Identifier } from '../ports/identifier.ts'

type Claims = Readonly<Record<string, unknown>>

/** The claims of each scope (OIDC Core 5.4, and ours). */
export const SCOPE_CLAIMS = {
  openid: ['sub', 'acr', 'amr', 'auth_time', 'acr_auth_time', 'transaction_hash', 'signatures'],
  phone: ['phone_number', 'phone_number_verified'],
  profile: [
    'name',
    'given_name',
    'family_name',
    'father_name',
    'birthdate',
    'gender',
    'nationality',
    'updated_at',
  ],
  address: ['address'],
  person_type: ['person_type'],
  /** The number itself; for clients that may have it. */
  national_id: ['national_id', 'identity_document'],
  /** For whom the person acts. */
  legal_person: ['representee'],
  /** What relying parties of the window that is in use today are written for. */
  ir_profile: ['nationalCode', 'mobile', 'firstName', 'lastName'],
} as const

/** Numbers by which the state knows a person: only for clients that were given leave, name by name. */
export const GUARDED_SCOPES = ['national_id', 'ir_profile'] as const

/** Everything that the registries prove, as claims. */
export function identityClaims(identity: Identity, mobile: string | undefined): Claims {
  const { attributes, identifier, personType, checkedAt } = identity
  const { givenName, familyName, fatherName, gender, birthDate, nationality } = attributes
  const nationalId = identifier.type === 'national_id' ? identifier.value : undefined
  return defined({
    name: `${givenName} ${familyName}`,
    given_name: givenName,
    family_name: familyName,
    father_name: fatherName,
    birthdate: birthDate,
    gender,
    nationality: nationality ?? (nationalId === undefined ? undefined : 'IRN'),
    updated_at: Math.floor(checkedAt / 1000),
    address: addressOf(identity),
    person_type: personType,
    national_id: nationalId,
    identity_document: nationalId === undefined ? documentOf(identifier) : undefined,
    nationalCode: nationalId,
    mobile: mobile?.replace(/^\+98/, '0'),
    firstName: givenName,
    lastName: familyName,
  })
}

/** OIDC Core 5.1.1. */
function addressOf({ attributes: { address } }: Identity): Claims | undefined {
  if (address === undefined) return undefined
  const { postCode, region, locality, streetAddress } = address
  return {
    formatted: [streetAddress, locality, region, postCode].join('\n'),
    street_address: streetAddress,
    locality,
    region,
    postal_code: postCode,
    country: 'IR',
  }
}

function documentOf({ type, value, issuer }: Identifier): Claims {
  return defined({ type, number: value, issuer })
}

/** The claims that may stand in `verified_claims`: what a registry said, and nothing that we were told. */
export const VERIFIABLE_CLAIMS = [
  'given_name',
  'family_name',
  'father_name',
  'birthdate',
  'gender',
  'nationality',
  'nationalities',
  'address',
  'person_type',
  'national_id',
  'identity_document',
  'phone_number',
] as const

export const TRUST_FRAMEWORK = 'ir_panjereh'
export const RECORD_TYPES = [
  'population_register',
  'mobile_subscriber_register',
  'postal_register',
] as const

const RECORDS: Readonly<
  Record<RegistryCheck['registry'], { type: (typeof RECORD_TYPES)[number]; name: string }>
> = {
  civil: { type: 'population_register', name: 'National Organization for Civil Registration' },
  foreigners: { type: 'population_register', name: 'Ministry of Interior' },
  subscribers: { type: 'mobile_subscriber_register', name: 'Shahkar' },
  post_codes: { type: 'postal_register', name: 'Iran Post' },
}

/** OpenID Identity Assurance Schema Definition 1.0: the registries' records are the evidence. */
export function verifiedOf(
  identity: Identity,
  mobile: string | undefined,
  level: string,
): Verified {
  const { nationality, ...claims } = identityClaims(identity, undefined)
  const chosen = Object.entries({
    ...claims,
    nationality,
    nationalities: [nationality],
    phone_number: mobile,
  }).filter(([name]) => (VERIFIABLE_CLAIMS as readonly string[]).includes(name))
  return {
    verification: {
      trust_framework: TRUST_FRAMEWORK,
      assurance_level: level,
      time: isoTime(identity.checkedAt),
      evidence: identity.checks.map(({ registry, requestId, at }) => ({
        type: 'electronic_record',
        check_details: [
          {
            check_method: 'data',
            organization: RECORDS[registry].name,
            txn: requestId,
            time: isoTime(at),
          },
        ],
        record: { type: RECORDS[registry].type, source: { name: RECORDS[registry].name } },
      })),
    },
    claims: defined(Object.fromEntries(chosen)),
  }
}

const isoTime = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

function defined(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
