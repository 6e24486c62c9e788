// In the place of the engine's worker: does as the image says, for tests of what befalls workers.
import type { LookTask } from '../../adapters/face/onnx/worker.ts'
import type { Look } from '../../adapters/face/onnx/face-engine.ts'

const DEEDS: Readonly<Record<string, () => Promise<void>>> = {
  see: async () => undefined,
  wait: () => new Promise((done) => setTimeout(done, 400)),
  throw: async () => {
    throw new Error('as wanted')
  },
  exit: async () => process.exit(3),
  // Nobody waits for it: an error that ends the thread.
  crash: () =>
    new Promise(() => {
      setTimeout(() => {
        throw new Error('as wanted')
      }, 5)
    }),
}

export default async function look({ image }: LookTask): Promise<Look> {
  await DEEDS[Buffer.from(image).toString()]?.()
  return { kind: 'unreadable' }
}
