import { z } from 'zod'

/** What every registry is guarded by. Milliseconds unless it says otherwise. */
export const GuardSettings = z.object({
  /** One try, and all tries of one question: somebody waits for the page. */
  eachMs: z.number().int().min(100).max(60_000).default(4_000),
  totalMs: z.number().int().min(100).max(60_000).default(8_000),
  /** Questions under way at once: a registry that hangs takes no more than these. */
  atOnce: z.number().int().min(1).max(10_000).default(500),
  /** Failures in a row, after which it is left alone for `pauseMs`. */
  failures: z.number().int().min(1).max(1000).default(10),
  pauseMs: z.number().int().min(100).max(600_000).default(15_000),
  /** Seconds that an answer is remembered; numbers change hands. */
  cacheSeconds: z.number().int().min(0).max(300).default(120),
  /** What was agreed with the registry; of it, `reserve` is not used. */
  quota: z
    .object({
      hourly: z.number().int().positive().optional(),
      daily: z.number().int().positive().optional(),
      monthly: z.number().int().positive().optional(),
    })
    .default({}),
  reserve: z.number().int().min(0).default(0),
})
export type GuardSettings = z.infer<typeof GuardSettings>

/** How a registry is reached over the GSB. */
export const GsbSettings = GuardSettings.extend({
  url: z.url(),
  code: z.string().min(1),
  password: z.string().min(1),
  /** The first four digits of every request's id. */
  providerCode: z.string().regex(/^\d{4}$/),
  /** By which clock a request's id tells the time; an assumption. */
  timeZone: z.string().default('Asia/Tehran'),
})
export type GsbSettings = z.infer<typeof GsbSettings>
