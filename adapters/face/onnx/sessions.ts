import { InferenceSession, Tensor } from 'onnxruntime-node'
import { MANIFEST, modelFile, type ModelName } from '../manifest.ts'

/** One model, loaded. `run` takes the input's numbers and gives the outputs by name. */
export interface Model {
  run(input: Float32Array): Promise<Readonly<Record<string, Float32Array>>>
}

export type Models = Readonly<Record<ModelName, Model>>

/** One thread a session: the pool's workers are what runs side by side. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
}

/** Loads all models out of the directory. Rejects when one is not there. */
export async function loadModels(directory: string): Promise<Models> {
  const names = Object.keys(MANIFEST.models) as ModelName[]
  const loaded = await Promise.all(
    names.map(async (name) => [name, await loadModel(directory, name)] as const),
  )
  return Object.fromEntries(loaded) as Models
}

async function loadModel(directory: string, name: ModelName): Promise<Model> {
  const session = await InferenceSession.create(modelFile(directory, name), OPTIONS)
  const { input: shape } = MANIFEST.models[name]
  const inputName = session.inputNames[0] ?? 'input'
  return {
    async run(input) {
      const outputs = await session.run({ [inputName]: new Tensor('float32', input, shape) })
      return Object.fromEntries(
        Object.entries(outputs).map(([output, tensor]) => [output, tensor.data as Float32Array]),
      )
    },
  }
}
