import { UpstreamUnavailable } from '../../../errors.ts'
import { PdfRefused } from '../../../signing/pdf/refused.ts'
import { jobsIn, type Job, type JobOf, type Makings } from './doc-jobs.ts'
import { cscError, invalid, isCscError, type CscError } from './errors.ts'
import { finisher, type Finished } from './finish.ts'
import { REFUSED, type Key } from './key.ts'
import type { CscNeeds, Person } from './needs.ts'
import type { SignDocRequest } from './sign-requests.ts'
import { validationInfo } from './validation-info.ts'

type Needs = Pick<CscNeeds, 'ports' | 'sam' | 'signing' | 'inspector'>

/** Section 11.11. All signatures of a call or an error: what was signed before it is spent. */
export function signDocCall({ ports, sam, signing, inspector }: Needs) {
  const { clock, events } = ports
  const finish = finisher({ ports, signing })

  async function signDoc(person: Person, asked: SignDocRequest, key: Key): Promise<object> {
    const jobs = jobsIn(asked, { ports: { ...ports, writer: signing.writer }, key })
    if (isCscError(jobs)) return jobs
    const fault = (await unauthorized(person, key, jobs)) ?? (await unfit(jobs))
    if (fault) return fault
    const made: (Finished & Pick<Job, 'kind'>)[] = []
    for (const job of jobs) {
      const one = await signed(person, key, job)
      if (isCscError(one)) return one
      made.push({ ...one, kind: job.kind })
    }
    await told(person, key, made.length)
    const isWhole = (kind: Job['kind']) => kind === 'pdf'
    const values = (whole: boolean) =>
      made
        .filter(({ kind }) => isWhole(kind) === whole)
        .map(({ value }) => Buffer.from(value).toString('base64'))
    const info = asked.returnValidationInfo ? await infoOf(key, made) : undefined
    return {
      ...listed('DocumentWithSignature', values(true)),
      ...listed('SignatureObject', values(false)),
      ...(info ? { validationInfo: info } : {}),
    }
  }

  /** Nothing is spent by a call that is not authorised in all its parts. */
  async function unauthorized(person: Person, { activationId }: Key, jobs: readonly Job[]) {
    const digests = jobs.map(({ form }) => form.digest)
    const why = await sam.objects(activationId, digests, person)
    return why && refusal(why)
  }

  /** Documents of strangers are first looked at elsewhere. */
  async function unfit(jobs: readonly Job[]): Promise<CscError | undefined> {
    for (const job of jobs) {
      if (job.document === undefined) continue
      const looked = await inspector.inspect({ bytes: job.document })
      if (looked.kind === 'refused') return unsignable(looked.code)
    }
    return undefined
  }

  async function signed<Kind extends keyof Makings>(
    person: Person,
    { activationId }: Key,
    { kind, form, profile }: JobOf<Kind>,
  ): Promise<Finished | CscError> {
    try {
      const answer = await sam.signForm(activationId, form, person)
      if (answer.kind === 'refused') return refusal(answer.why)
      return await finish[kind]({ ...answer, profile })
    } catch (error) {
      if (error instanceof PdfRefused) return unsignable(error.code)
      throw error
    }
  }

  async function infoOf({ credential }: Key, made: readonly Finished[]) {
    const tokens = made.flatMap((one) => one.tokens)
    try {
      return await validationInfo(signing, credential.certificateChain, tokens)
    } catch (error) {
      if (error instanceof PdfRefused)
        throw new UpstreamUnavailable('revocation', error.message, { cause: error })
      throw error
    }
  }

  async function told(person: Person, { credentialId, activationId }: Key, count: number) {
    const { clientId, subjectId } = person
    const detail = { count, credential: credentialId, activation: activationId }
    await events.record({ type: 'documents.signed', at: clock.now(), clientId, subjectId, detail })
  }

  return signDoc
}

const listed = (name: string, values: readonly string[]) =>
  values.length > 0 ? { [name]: values } : {}

function refusal(why: keyof typeof REFUSED): CscError {
  return why === 'not_agreed' || why === 'spent' ? UNAUTHORIZED[why] : REFUSED[why]
}

const UNAUTHORIZED = {
  not_agreed: invalid('documentDigests or documents are not authorized by the SAD'),
  spent: invalid('documentDigests or documents are not authorized by the SAD: signed already'),
}

/** `code`: of `PdfRefused` or of the inspector. */
function unsignable(code: string): CscError {
  if (code === 'certificate_revoked')
    return cscError('access_denied', 'The credential is revoked or has expired')
  const isPackaging = code === 'already_signed' || code === 'already_certified'
  return isPackaging
    ? invalid(`Invalid parameter signed_envelope_property: ${code}`)
    : invalid(`Invalid array parameter documents: ${code}`)
}
