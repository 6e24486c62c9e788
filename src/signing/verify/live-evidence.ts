import { UpstreamUnavailable } from '../../errors.ts'
import type { RevocationChecker, RevocationStatus } from '../../ports/revocation-checker.ts'
import { joined, NO_EVIDENCE, type Evidence } from './evidence.ts'
import type { Wanted } from './trust.ts'

const MOST_QUESTIONS = 20

/** Asks for what the document does not say. Only certificates that lead to an anchor are asked about, so their
 *  addresses are those of authorities that we trust. Nobody's answer: no evidence. */
export async function liveEvidence(
  revocation: RevocationChecker,
  wanted: readonly Wanted[],
  deadlineMs: number,
): Promise<Evidence> {
  const asked = distinct(wanted).slice(0, MOST_QUESTIONS)
  const late = lateness(deadlineMs)
  try {
    const answers = await Promise.all(
      asked.map((one) => Promise.race([answerTo(revocation, one), late.passed])),
    )
    return joined(
      NO_EVIDENCE,
      ...answers.flatMap((status) => (status === undefined ? [] : [evidenceIn(status)])),
    )
  } finally {
    late.stop()
  }
}

async function answerTo(
  revocation: RevocationChecker,
  { certificate, issuer }: Wanted,
): Promise<RevocationStatus | undefined> {
  try {
    return await revocation.check(certificate, issuer)
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return undefined
    throw error
  }
}

function lateness(ms: number) {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return { passed, stop: () => clearTimeout(timer) }
}

function evidenceIn({ source, der, certificates }: RevocationStatus): Evidence {
  return {
    certificates,
    ocsps: source === 'ocsp' ? [der] : [],
    crls: source === 'crl' ? [der] : [],
  }
}

function distinct(wanted: readonly Wanted[]): readonly Wanted[] {
  const known = new Map(wanted.map((one) => [Buffer.from(one.certificate).toString('base64'), one]))
  return [...known.values()]
}
