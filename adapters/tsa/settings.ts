import { z } from 'zod'

export const TsaSettings = z.object({
  /** In order of preference. */
  authorities: z
    .array(
      z.object({
        url: z.url({ protocol: /^https?$/ }),
        /** The value of `Authorization`, when the authority wants one. */
        authorization: z.string().max(2000).optional(),
      }),
    )
    .min(1)
    .max(10),
  /** Dotted. Asked for, and demanded of the token; absent: the authority's own. */
  policy: z
    .string()
    .regex(/^[0-2](\.(0|[1-9]\d*))+$/)
    .optional(),
  /** For one authority, and for all of them: somebody waits. */
  eachMs: z.number().int().min(50).max(60_000).default(2_500),
  allMs: z.number().int().min(50).max(120_000).default(8_000),
  /** Failures in a row after which an authority is left alone, and for how long. */
  failures: z.number().int().min(1).default(3),
  pauseMs: z.number().int().min(0).default(30_000),
  /** How far the authority's clock may be from ours. */
  skewMs: z.number().int().min(1000).default(300_000),
})
export type TsaSettings = Readonly<z.infer<typeof TsaSettings>>
