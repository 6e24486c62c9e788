import { z } from 'zod'
import type { Facts } from './state.ts'

/** What the page's script says of its camera. A browser can say anything: this finds the careless, costs nobody
 *  who is honest anything, and never counts in anybody's favour. */
const Signals = z.object({
  /** `MediaStreamTrack.label` (Media Capture and Streams, section 4.3). */
  label: z.string().max(200).optional(),
  /** `MediaStreamTrack.getSettings()`, in part. */
  settings: z
    .object({
      width: z.number().optional(),
      height: z.number().optional(),
      frameRate: z.number().optional(),
      facingMode: z.string().max(40).optional(),
    })
    .optional(),
  /** `navigator.webdriver` (WebDriver, section 4). */
  webdriver: z.boolean().optional(),
  /** Times between frames of the camera, in milliseconds. */
  frames: z.object({ count: z.number(), mean: z.number(), deviation: z.number() }).optional(),
})
export type Signals = z.infer<typeof Signals>

const MAX_LENGTH = 4096

/** Products that show a program's picture as a camera, and the fake device of browsers under test. */
const VIRTUAL =
  /\b(obs|virtual|manycam|xsplit|snap ?camera|v4l2\w*|loopback|dummy|splitcam|e2esoft|iriun|droidcam|epoccam|camtwist|mmhmm|unity|avatarify|deepfacelive|fake[_ ]device|ndi)\b/i

type Sign = (signals: Signals) => boolean

/** Each with its weight; together never over 1. */
const SIGNS: Readonly<Record<string, readonly [number, Sign]>> = {
  virtual_label: [1, ({ label = '' }) => VIRTUAL.test(label.replaceAll(/[_-]/g, ' '))],
  webdriver: [0.6, ({ webdriver }) => webdriver === true],
  /** Real sensors and drivers are never so regular. */
  too_regular: [0.3, ({ frames }) => (frames?.count ?? 0) >= 20 && (frames?.deviation ?? 1) < 0.05],
  no_label: [0.2, ({ label }) => label === ''],
  odd_size: [
    0.2,
    ({ settings: { width = 640, height = 480 } = {} }) => width % 2 !== 0 || height % 2 !== 0,
  ],
  nothing_said: [0.2, (signals) => Object.keys(signals).length === 0],
}

export interface Suspicion {
  /** From 0 to 1. */
  readonly score: number
  readonly signs: readonly string[]
}

/** Beyond that a camera is taken for a program. */
export const VIRTUAL_FROM = 0.9

/** The label is not kept: it may name a person («Sara's phone»). */
export function suspicionOf(said: string | undefined): Suspicion {
  const signals = read(said)
  const seen = Object.entries(SIGNS).filter(([, [, isSeen]]) => isSeen(signals))
  const score = seen.reduce((sum, [, [weight]]) => sum + weight, 0)
  return { score: Math.min(1, Number(score.toFixed(2))), signs: seen.map(([sign]) => sign) }
}

function read(said = ''): Signals {
  if (said.length > MAX_LENGTH) return {}
  try {
    return Signals.safeParse(JSON.parse(said)).data ?? {}
  } catch {
    return {}
  }
}

export const factsOf = ({ score, signs }: Suspicion): Facts => ({
  signal_score: score,
  signals: signs.join(' '),
})
