import { z } from 'zod'

const Authorization = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('basic'), user: z.string().min(1), password: z.string() }),
  z.object({ kind: z.literal('bearer'), token: z.string().min(1) }),
])
export type Authorization = Readonly<z.infer<typeof Authorization>>

const HERE = ['localhost', '127.0.0.1', '[::1]']
const isSafe = (url: string) =>
  URL.canParse(url) && (url.startsWith('https:') || HERE.includes(new URL(url).hostname))
const SafeUrl = z
  .url({ protocol: /^https?$/ })
  .refine(isSafe, 'only https, except on this very machine (RFC 7030 section 3.3)')

const Label = z.string().regex(/^[A-Za-z0-9._~-]{1,64}$/)

export const EstSettings = z.object({
  kind: z.literal('est'),
  /** Without /.well-known/est. */
  url: SafeUrl,
  /** An EST server may serve several authorities (RFC 7030 section 3.2.2). */
  label: Label.optional(),
  /** The one for certificates of seals; `label` when unset. */
  sealLabel: Label.optional(),
  /** Dotted: the certificate policy that a seal must come under; the authority's own affair when unset. */
  sealPolicy: z
    .string()
    .regex(/^[0-2](\.(0|[1-9]\d*))+$/)
    .optional(),
  authorization: Authorization.optional(),
  /** PEM. Our certificate and key for mutual TLS, and whom we trust instead of the system's list. */
  clientCertificate: z.string().optional(),
  clientKey: z.string().optional(),
  trust: z.string().optional(),
  /** For one request, and for waiting until the authority has decided (HTTP 202). */
  requestMs: z.number().int().min(100).max(120_000).default(10_000),
  waitMs: z.number().int().min(0).max(600_000).default(30_000),
  /** EST cannot revoke: where `POST {certificate, reason}` does it, authorised in the same way. */
  revocationUrl: SafeUrl.optional(),
})
export type EstSettings = Readonly<z.infer<typeof EstSettings>>
