import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'
import type { AuthenticatorModel } from '../../src/ports/authenticator-models.ts'

export interface Metadata {
  /** Of the BLOB: counts up. */
  readonly no: number
  /** Year, month, day: a newer one is there by then. */
  readonly nextUpdate: string
  /** Of all protocols; models are those that passkeys name. */
  readonly entries: number
  readonly models: ReadonlyMap<string, AuthenticatorModel>
}

const AAGUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const Day = z.iso.date()

const Payload = z.object({
  no: z.number().int().nonnegative(),
  nextUpdate: Day,
  entries: z.array(z.looseObject({ aaguid: z.unknown().optional() })).max(50_000),
})

/** Makers write certificates with line breaks, and some with the lines of PEM. */
const certificate = z
  .string()
  .max(20_000)
  .transform((text) => Buffer.from(text.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64'))

const Entry = z.object({
  aaguid: z.string().toLowerCase().regex(AAGUID),
  metadataStatement: z.object({ attestationRootCertificates: z.array(certificate).max(200) }),
  statusReports: z
    .array(z.object({ status: z.string().max(100), effectiveDate: Day.optional() }))
    .max(500),
})

/** What we use of a MetadataBLOBPayload (FIDO Metadata Service 3.0, section 3.1.6). Entries with an AAGUID that do not
 *  fit are as good as absent: passkeys of those models are refused. Throws `config_invalid`. */
export function readPayload(bytes: Uint8Array): Metadata {
  const { no, nextUpdate, entries } = parsed(bytes)
  const models = new Map<string, AuthenticatorModel>()
  for (const entry of entries) {
    const { data } = Entry.safeParse(entry)
    if (data !== undefined) models.set(data.aaguid, together(models.get(data.aaguid), data))
  }
  return { no, nextUpdate, entries: entries.length, models }
}

function parsed(bytes: Uint8Array): z.output<typeof Payload> {
  try {
    return Payload.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (cause) {
    const message = 'The BLOB is signed, but is no metadata of MDS version 3'
    throw new PanjerehError('config_invalid', message, { cause })
  }
}

/** Two entries of one model: a bad report in either counts. */
function together(known: AuthenticatorModel | undefined, found: z.output<typeof Entry>) {
  const roots = found.metadataStatement.attestationRootCertificates
  return {
    attestationRoots: [...(known?.attestationRoots ?? []), ...roots],
    statusReports: [...(known?.statusReports ?? []), ...found.statusReports],
  }
}
