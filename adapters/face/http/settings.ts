import { z } from 'zod'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Faces go to nobody in the clear. */
const SafeUrl = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const url = URL.parse(text)
    return url?.protocol === 'https:' || LOOPBACK.includes(url?.hostname ?? '')
  },
  { message: 'must be https, unless the engine is on this machine' },
)

/** How an outside engine is reached and guarded. Milliseconds unless it says otherwise. */
export const HttpEngineSettings = z.strictObject({
  kind: z.literal('http').default('http'),
  url: SafeUrl,
  token: z.string().min(16).max(4096),
  /** Name and version that every answer must carry: an engine that was changed is another one, and is evaluated
   *  and configured anew. */
  engine: z.string().min(1).max(200),
  /** One try, all tries of one question, and one frame of a camera. */
  eachMs: z.number().int().min(100).max(60_000).default(5_000),
  totalMs: z.number().int().min(100).max(60_000).default(10_000),
  frameMs: z.number().int().min(100).max(60_000).default(3_000),
  /** Questions under way at once; more are told that the engine is busy. */
  atOnce: z.number().int().min(1).max(1000).default(64),
  /** Failures in a row, after which the engine is left alone for `pauseMs`. */
  failures: z.number().int().min(1).max(1000).default(5),
  pauseMs: z.number().int().min(100).max(600_000).default(15_000),
  /** The engine's own time limit for a stream, in seconds, and streams open at once. */
  secondsAllowed: z.number().min(5).max(300).default(25),
  mostStreams: z.number().int().min(1).max(10_000).default(200),
})
export type HttpEngineSettings = z.infer<typeof HttpEngineSettings>
