import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { FacePorts } from '../../src/ports/index.ts'
import type { Random } from '../../src/ports/random.ts'
import { httpFaceEngine } from './http/index.ts'
import { challengeLiveness, Rules } from './liveness/index.ts'
import { onnxAttackDetector } from './onnx/attacks.ts'
import { faceEngine } from './onnx/engine.ts'
import { onnxMatcher } from './onnx/matcher.ts'
import { OperatingPoints } from './onnx/operating-points.ts'

export interface FaceNeeds {
  readonly clock: Clock
  readonly random: Random
  /** Where `panjereh face fetch` put the models. */
  readonly modelsDirectory: string
}

/** What looks at faces, and how it is let go. */
export interface OpenFace extends FacePorts {
  close(): Promise<void>
}

/** Those that are to be other than usual. `Rules.partial()` would fill in the others, too; their values are checked
 *  where all of them are together. */
const SomeRules = z
  .partialRecord(z.enum(Object.keys(Rules.shape) as (keyof Rules)[]), z.unknown())
  .transform((rules) => rules as Partial<Rules>)

/** Our own engine, on this machine. */
const OnnxSettings = z.strictObject({
  kind: z.literal('onnx'),
  /** Threads, each with all models; as many as the machine has cores when unset. */
  workers: z.number().int().min(1).max(256).optional(),
  /** Images that may wait for a worker. */
  queue: z.number().int().min(0).max(10_000).optional(),
  points: OperatingPoints.prefault({}),
  liveness: z
    .strictObject({
      rules: SomeRules.optional(),
      gentle: SomeRules.optional(),
      mostStreams: z.number().int().min(1).max(10_000).optional(),
    })
    .default({}),
})

type Open = (needs: FaceNeeds, settings: unknown) => Promise<OpenFace>

/** THE TABLE: the kind in the configuration → what is made of its settings. */
const ENGINES: Readonly<Record<string, Open>> = {
  onnx: openOnnx,
  http: async (needs, settings) => ({ ...httpFaceEngine(needs, settings), close: async () => {} }),
}

/** Undefined when no engine is configured: then there is no level 3. Throws `config_invalid`, also when our own
 *  engine has no models. */
export async function openFace(
  settings: { readonly kind: string } | undefined,
  needs: FaceNeeds,
): Promise<OpenFace | undefined> {
  if (settings === undefined) return undefined
  const open = Object.hasOwn(ENGINES, settings.kind) ? ENGINES[settings.kind] : undefined
  if (open === undefined) throw invalid(`kind must be one of ${Object.keys(ENGINES).join(', ')}`)
  try {
    return await open(needs, settings)
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause
    const faults = cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw invalid(faults.join('; '))
  }
}

async function openOnnx(
  { clock, random, modelsDirectory: directory }: FaceNeeds,
  given: unknown,
): Promise<OpenFace> {
  const { workers, queue, points, liveness } = OnnxSettings.parse(given)
  const engine = await faceEngine({ directory, workers, queue })
  return {
    matcher: onnxMatcher(engine, { points }),
    attacks: onnxAttackDetector(engine, { points }),
    liveness: challengeLiveness({ engine, clock, random }, liveness),
    close: () => engine.close(),
  }
}

function invalid(fault: string): PanjerehError {
  return new PanjerehError('config_invalid', `PANJEREH_FACE: ${fault}`)
}
