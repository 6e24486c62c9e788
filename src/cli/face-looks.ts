import type { FaceEngine, Look, Wants } from '../../adapters/face/onnx/engine.ts'

/** Asks again while the engine is busy: here, somebody has the time. */
export async function patientLook(
  engine: FaceEngine,
  image: Uint8Array,
  wants: Wants,
): Promise<Exclude<Look, { kind: 'busy' }>> {
  for (;;) {
    const look = await engine.look(image, wants)
    if (look.kind !== 'busy') return look
    await new Promise((done) => setTimeout(done, 20))
  }
}

export interface Work {
  /** Under way at once. */
  readonly atOnce: number
  onProgress?(done: number, total: number): void
}

/** Maps, a few at a time, in the order of the list. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  { atOnce, onProgress }: Work,
  act: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let [next, done] = [0, 0]
  async function worker(): Promise<void> {
    while (next < items.length) {
      const index = next
      next += 1
      results[index] = await act(items[index] as Item, index)
      done += 1
      onProgress?.(done, items.length)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
