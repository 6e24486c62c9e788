import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { SigningCredential } from '../../../ports/signing-credential-store.ts'
import { KEY_ALGORITHMS } from './algorithms.ts'
import { cscError, invalid, type CscError } from './errors.ts'
import { activatedIn, type CscNeeds, type Person } from './needs.ts'

const Wanted = {
  certificates: z.enum(['none', 'single', 'chain']).default('single'),
  certInfo: z.boolean().default(false),
  authInfo: z.boolean().default(false),
  lang: z.string().max(35).optional(),
  clientData: z.string().max(2048).optional(),
}
export const ListRequest = z.object({
  ...Wanted,
  userID: z.string().optional(),
  credentialInfo: z.boolean().default(false),
  onlyValid: z.boolean().default(false),
})
export const InfoRequest = z.object({ ...Wanted, credentialID: z.string().min(1).max(128) })
type Wanted = z.infer<z.ZodObject<typeof Wanted>>

export const AuthorizeRequest = z.object({
  credentialID: z.string().min(1).max(128),
  numSignatures: z.number().int().min(1).max(50),
  hashes: z.array(z.string().max(128)).max(50).optional(),
  hashAlgorithmOID: z.string().max(64).optional(),
  authData: z.array(z.unknown()).max(10).optional(),
  description: z.string().max(1000).optional(),
  clientData: z.string().max(2048).optional(),
})

/** Sections 11.4 to 11.6, for the person whose token it is. */
export function credentialCalls({ ports, sam }: Pick<CscNeeds, 'ports' | 'sam'>) {
  const { clock, events, signingCredentials, activations } = ports

  async function list(person: Person, asked: z.infer<typeof ListRequest>) {
    if (asked.userID !== undefined)
      return invalid(
        'userID parameter SHALL NOT be used when the service authorization is user-specific',
      )
    const all = await signingCredentials.ofSubject(person.subjectId)
    const shown = asked.onlyValid
      ? all.filter((one) => statusOf(one, clock.now()) === 'valid')
      : all
    const { clientId, subjectId } = person
    await events.record({
      ...{ type: 'credential.listed', at: clock.now(), clientId, subjectId },
      detail: { credentials: shown.length },
    })
    const credentialInfos = shown.map((one) => ({
      credentialID: one.id,
      ...shownOf(one, asked),
    }))
    return {
      credentialIDs: shown.map(({ id }) => id),
      ...(asked.credentialInfo ? { credentialInfos } : {}),
      onlyValid: asked.onlyValid,
    }
  }

  const shownOf = (credential: SigningCredential, wanted: Wanted) =>
    described(credential, wanted, {
      now: clock.now(),
      signsDigests: sam.signsDigests(credential),
    })

  /** Undefined: there is none of this name that is this person's. */
  async function own(person: Person, id: string): Promise<SigningCredential | undefined> {
    const found = UUID.test(id) ? await signingCredentials.find(id) : undefined
    return found?.subjectId === person.subjectId ? found : undefined
  }

  async function info(person: Person, asked: z.infer<typeof InfoRequest>) {
    const credential = await own(person, asked.credentialID)
    if (credential === undefined) return invalid('Invalid parameter credentialID')
    return shownOf(credential, { ...asked, authInfo: true })
  }

  /** Section 8.3: where a token authorises a credential, the token is the SAD. `token`: as it was shown. */
  async function authorize(
    person: Person,
    asked: z.infer<typeof AuthorizeRequest>,
    token: string,
  ): Promise<{ SAD: string; expiresIn: number } | CscError> {
    const granted = activatedIn(person)
    if (granted === undefined)
      return cscError(
        'access_denied',
        'Credentials are authorized by OAuth 2.0 (auth mode oauth2code)',
      )
    if (granted.credentialId !== asked.credentialID)
      return invalid('Invalid parameter credentialID')
    const activation = await activations.find(granted.activationId)
    const left = Math.floor(((activation?.expiresAt ?? 0) - clock.now()) / 1000)
    if (activation === undefined || left <= 0)
      return cscError('access_denied', 'The authorization has expired')
    if (asked.numSignatures > activation.digests.length)
      return invalid('Numbers of signatures is too high')
    const wanted = (asked.hashes ?? []).map((hash) =>
      Buffer.from(hash, 'base64').toString('base64url'),
    )
    if (!wanted.every((hash) => activation.digests.includes(hash)))
      return invalid('Invalid parameter hashes')
    return { SAD: token, expiresIn: left }
  }

  return { list, info, own, authorize }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function statusOf({ revoked, expiresAt }: SigningCredential, now: number) {
  if (revoked !== undefined) return 'revoked'
  return expiresAt <= now ? 'expired' : 'valid'
}

/** Section 11.5. The standard has no member for what a key cannot do: the words say it. */
function described(
  credential: SigningCredential,
  wanted: Wanted,
  { now, signsDigests }: { readonly now: number; readonly signsDigests: boolean },
) {
  const { alg, certificateChain, protection } = credential
  const [own] = certificateChain
  const status = statusOf(credential, now)
  const shown = { none: [], single: certificateChain.slice(0, 1), chain: certificateChain }
  const certificates = shown[wanted.certificates].map((der) => Buffer.from(der).toString('base64'))
  return {
    description: `Key in ${protection}; ${signsDigests ? 'signHash and signDoc' : 'signDoc alone'}`,
    key: {
      status: status === 'valid' ? 'enabled' : 'disabled',
      algo: KEY_ALGORITHMS[alg],
      ...sizeOf(own),
    },
    cert: {
      status,
      ...(certificates.length > 0 ? { certificates } : {}),
      ...(wanted.certInfo && own ? namesOf(own) : {}),
    },
    ...(wanted.authInfo ? { auth: { mode: 'oauth2code' } } : {}),
    SCAL: '2',
    multisign: 50,
    lang: 'fa-IR',
  }
}

function sizeOf(certificate: Uint8Array | undefined) {
  if (certificate === undefined) return { len: 0 }
  const { publicKey } = new X509Certificate(certificate)
  const bits = publicKey.asymmetricKeyDetails?.modulusLength
  return bits === undefined ? { len: 256, curve: '1.2.840.10045.3.1.7' } : { len: bits }
}

function namesOf(certificate: Uint8Array) {
  const { issuer, subject, serialNumber, validFromDate, validToDate } = new X509Certificate(
    certificate,
  )
  return {
    issuerDN: issuer.replaceAll('\n', ', '),
    serialNumber,
    subjectDN: subject.replaceAll('\n', ', '),
    validFrom: generalizedTime(validFromDate),
    validTo: generalizedTime(validToDate),
  }
}

const generalizedTime = (date: Date) =>
  `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
