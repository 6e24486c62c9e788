import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const Model = z.object({
  /** Inside the package's tarball. */
  file: z.string().regex(/^package\/[\w./-]+\.onnx$/),
  bytes: z.number().int().positive(),
  sha256: Sha256,
  input: z.array(z.number().int().positive()),
  reads: z.string(),
  thresholds: z.record(z.string(), z.number()),
})

/** Which models there are, where they come from, and by which numbers they decide. To replace one is to
 *  change `models.json`. */
export const Manifest = z.object({
  package: z.object({
    name: z.string(),
    version: z.string(),
    /** Of the tarball. */
    bytes: z.number().int().positive(),
    integrity: z.string().startsWith('sha512-'),
    licence: z.string(),
  }),
  models: z.object({
    detector: Model.extend({
      thresholds: z.object({ minScore: z.number(), maxOverlap: z.number() }),
    }),
    landmarks: Model,
    embedding: Model.extend({ thresholds: z.object({ same: z.number(), unsure: z.number() }) }),
    attack: Model.extend({ thresholds: z.object({ bonaFide: z.number() }) }),
  }),
})
export type Manifest = z.infer<typeof Manifest>
export type ModelName = keyof Manifest['models']

export const MANIFEST: Manifest = Manifest.parse(
  JSON.parse(readFileSync(new URL('./models.json', import.meta.url), 'utf8')),
)

/** Where a model lies in a directory of models. */
export function modelFile(directory: string, name: ModelName, manifest = MANIFEST): string {
  return join(directory, basename(manifest.models[name].file))
}

/** Name and short hashes of all models, for the evidence: `faceplugin…@0.0.1 6c0256cc f10b0ba1 …`. */
export function modelsVersion({ package: source, models }: Manifest = MANIFEST): string {
  const hashes = Object.values(models).map(({ sha256 }) => sha256.slice(0, 8))
  return `${source.name}@${source.version} ${hashes.join(' ')}`
}
