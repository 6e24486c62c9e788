import { readSignedData } from '../../../../src/signing/cms/read-signed-data.ts'
import { readTimestampToken } from '../../../../src/signing/cms/timestamp-token.ts'
import { readPdf } from '../../../../src/signing/pdf/file.ts'
import { OID } from '../../../../src/signing/x509/oids.ts'
import { signedDocument } from '../../../../src/signing/verify/document.ts'
import { storedEvidence } from '../../../../src/signing/verify/evidence.ts'
import {
  claimsOf,
  foundSignatures,
  placementOf,
} from '../../../../src/signing/verify/found-signature.ts'
import { verifyPdf, type VerifyOptions } from '../../../../src/signing/verify/verify-pdf.ts'

/** Trusts every certificate in the document, as of a moment after the last signature: whatever does not pass
 *  now is refused for another reason than trust. A test that trusted nobody could not fail. */
export function trusting(bytes: Uint8Array): VerifyOptions {
  const anchors: Uint8Array[] = []
  const times: number[] = []
  const attempt = (what: () => void) => {
    try {
      what()
    } catch {
      // What cannot be read brings no certificates.
    }
  }
  const take = (der: Uint8Array) => {
    const signed = readSignedData(der)
    anchors.push(...signed.certificates)
    for (const { bytes: token } of signed.signer.unsigned.get(OID.timeStampToken) ?? [])
      attempt(() => takeStamp(token))
  }
  const takeStamp = (der: Uint8Array) => {
    const { signed, info } = readTimestampToken(der)
    anchors.push(...signed.certificates)
    times.push(info.time)
  }
  attempt(() => {
    const document = signedDocument(readPdf(bytes))
    anchors.push(...storedEvidence(document).certificates)
    for (const found of foundSignatures(document)) {
      const { contents } = placementOf(document, found)
      const claimed = timeIn(claimsOf(found).signingTime)
      if (claimed !== undefined) times.push(claimed)
      if (contents === undefined) continue
      attempt(() => take(contents))
      attempt(() => takeStamp(contents))
    }
  })
  return { anchors, now: Math.max(0, ...times) + 3_600_000 }
}

/** `D:20221124175647+01'00'` (ISO 32000-2 section 7.9.4), to the hour. */
function timeIn(text: string | undefined): number | undefined {
  const parts = /^D:(\d{4})(\d\d)(\d\d)(\d\d)?/
    .exec(text ?? '')
    ?.slice(1)
    .map((one) => Number(one ?? 0))
  const [year, month, day, hour = 0] = parts ?? []
  return year === undefined || month === undefined
    ? undefined
    : Date.UTC(year, month - 1, day, hour)
}

export const verdictTrusting = (bytes: Uint8Array) => verifyPdf(bytes, trusting(bytes)).report
