import { z } from 'zod'

export const RevocationSettings = z.object({
  /** For OCSP and CRL together, and how much of it OCSP may take. */
  deadlineMs: z.number().int().min(50).max(30_000).default(3_000),
  ocspMs: z.number().int().min(50).max(30_000).default(1_500),
  /** A good answer is asked again after so long, even when its nextUpdate is later: so a revocation is seen. */
  rememberSeconds: z.number().int().min(0).max(86_400).default(300),
  /** Of answers; lists have an end of their own. */
  rememberAtMost: z.number().int().min(1).default(10_000),
  maxCrlBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * 1024 * 1024),
  /** Sent with every question; what answers without one is taken all the same (RFC 5019). */
  nonce: z.boolean().default(false),
})
export type RevocationSettings = Readonly<z.infer<typeof RevocationSettings>>
