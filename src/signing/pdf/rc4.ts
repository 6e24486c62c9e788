/** The cipher of old encrypted documents (PDF 1.1 to 1.5). It protects nothing today and is here to read them:
 *  Node's OpenSSL has it no more. The same function encrypts and decrypts. */
export function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = scheduled(key)
  const out = Buffer.allocUnsafe(data.length)
  let [i, j] = [0, 0]
  for (const [at, byte] of data.entries()) {
    i = (i + 1) & 0xff
    const a = state[i] ?? 0
    j = (j + a) & 0xff
    const b = state[j] ?? 0
    state[i] = b
    state[j] = a
    out[at] = byte ^ (state[(a + b) & 0xff] ?? 0)
  }
  return out
}

function scheduled(key: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at)
  let j = 0
  for (let i = 0; i < 256; i++) {
    const a = state[i] ?? 0
    j = (j + a + (key[i % key.length] ?? 0)) & 0xff
    state[i] = state[j] ?? 0
    state[j] = a
  }
  return state
}
