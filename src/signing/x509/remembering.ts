import { hash } from 'node:crypto'

/** Longer ones are read anew each time: together those that are remembered take a few megabytes at most. */
const LONGEST = 4096
const MOST = 512

/** Reads bytes that come again once only: by their SHA-256, so that no other bytes are taken for them. What `read` gets
 *  is a copy, which nobody changes and which holds no document in memory; what it throws is not remembered. */
export function remembering<Value extends object>(
  read: (bytes: Buffer) => Value,
): (bytes: Uint8Array) => Value {
  const values = new Map<string, Value>()
  return (bytes) => {
    if (bytes.length > LONGEST) return read(Buffer.from(bytes))
    const key = hash('sha256', bytes, 'base64')
    const known = values.get(key)
    if (known !== undefined) return known
    const value = read(Buffer.from(bytes))
    const [oldest] = values.keys()
    if (values.size >= MOST && oldest !== undefined) values.delete(oldest)
    values.set(key, value)
    return value
  }
}
