import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { developmentAuthority } from '../adapters/ca/development.ts'
import { est } from '../adapters/ca/est.ts'
import { EstSettings } from '../adapters/ca/settings.ts'
import { pkcs11KeyStore, Pkcs11Settings } from '../adapters/hsm/pkcs11.ts'
import { softwareKeyStore } from '../adapters/hsm/software.ts'
import { revocationChecker, RevocationSettings } from '../adapters/revocation/index.ts'
import { timestampAuthority, TsaSettings } from '../adapters/tsa/index.ts'
import type { Config } from './config.ts'
import { PanjerehError } from './errors.ts'
import type { Clock } from './ports/clock.ts'
import type { KeyStore } from './ports/key-store.ts'
import type { Random } from './ports/random.ts'
import type { SecretBox } from './ports/secret-box.ts'
import type { SigningServices } from './ports/signing-services.ts'
import { trustedBy } from './signing/certificate-path.ts'
import { pdfWriterThreads } from './signing/writer/threads.ts'

export interface OpenSigning extends SigningServices {
  close(): Promise<void>
}

type Settings = NonNullable<Config['signing']>

interface Needs {
  readonly clock: Clock
  readonly random: Random
  readonly secrets: SecretBox
  readonly dataDir: string
}

/** Undefined when it is not configured: then there is no level 4. Throws `config_invalid`. */
export async function openSigning(
  settings: Settings | undefined,
  needs: Needs,
): Promise<OpenSigning | undefined> {
  if (settings === undefined) return undefined
  const { authority, anchors: own } = await openAuthority(settings, needs)
  const anchors = [...own, ...certificatesIn(settings.anchors)]
  const keys = openSigningKeys(settings, needs)
  const writer = pdfWriterThreads()
  return {
    keys,
    writer,
    authority,
    anchors,
    timestamps: timestampAuthority(parsed('timestamps', TsaSettings, settings.timestamps), {
      ...needs,
      trusts: trustedBy(anchors, 'timestamping'),
    }),
    // Only certificates that lead to an anchor are asked about: their addresses are the authority's own.
    revocation: revocationChecker(
      parsed('revocation', RevocationSettings, settings.revocation),
      needs,
    ),
    close: async () => {
      await Promise.all([keys.close?.(), writer.close()])
    },
  }
}

export function openSigningKeys(
  { keys }: Settings,
  needs: Needs,
): KeyStore & { close?(): Promise<void> } {
  if (keys.kind === 'pkcs11') return pkcs11KeyStore(parsed('keys', Pkcs11Settings, keys), needs)
  return softwareKeyStore({ ...needs, directory: join(needs.dataDir, 'signing-keys') })
}

const Development = z.object({
  days: z.number().int().min(1).max(3650).optional(),
  sealPolicy: z
    .string()
    .regex(/^[0-2](\.(0|[1-9]\d{0,9})){1,20}$/, 'an object identifier such as 1.3.6.1')
    .optional(),
})

async function openAuthority({ authority }: Settings, needs: Needs) {
  if (authority.kind === 'est') {
    return { authority: est(parsed('authority', EstSettings, authority), needs), anchors: [] }
  }
  const file = join(needs.dataDir, 'development-authority.json')
  const profile = parsed('authority', Development, authority)
  const embedded = await developmentAuthority({ ...needs, file, ...profile })
  return { authority: embedded, anchors: embedded.anchors }
}

function parsed<T>(part: keyof Settings, schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value)
  if (error === undefined) return data
  const faults = error.issues.map(({ path, message }) => `${[part, ...path].join('.')}: ${message}`)
  throw new PanjerehError('config_invalid', `PANJEREH_SIGNING: ${faults.join('; ')}`)
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

function certificatesIn(text: string): readonly Uint8Array[] {
  const found = text.match(PEM) ?? []
  try {
    return found.map((one) => new X509Certificate(one).raw)
  } catch (cause) {
    throw new PanjerehError('config_invalid', 'PANJEREH_SIGNING: anchors: certificates in PEM', {
      cause,
    })
  }
}
