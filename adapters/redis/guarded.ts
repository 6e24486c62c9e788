import { PanjerehError } from '../../src/errors.ts'

/** A store that fails is an outage, never an answer. */
export async function guarded<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (cause) {
    throw new PanjerehError('storage_unavailable', 'Redis did not do its part', { cause })
  }
}
