import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { MANIFEST, modelFile, type Manifest, type ModelName } from './manifest.ts'

/** Names of the models that are not in the directory, or are not what the manifest says. */
export async function missingModels(
  directory: string,
  manifest: Manifest = MANIFEST,
): Promise<readonly ModelName[]> {
  const names = Object.keys(manifest.models) as ModelName[]
  const isThere = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(modelFile(directory, name, manifest)).catch(() => undefined)
      return bytes !== undefined && isModel(bytes, name, manifest)
    }),
  )
  return names.filter((_, i) => !isThere[i])
}

export function isModel(
  bytes: Uint8Array,
  name: ModelName,
  manifest: Manifest = MANIFEST,
): boolean {
  return createHash('sha256').update(bytes).digest('hex') === manifest.models[name].sha256
}
