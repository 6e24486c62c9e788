import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { partsOf } from './certificate.ts'
import { newKey, type Algorithm } from './keys.ts'

const Entry = z.object({
  /** Base64 DER. */
  certificate: z.string(),
  serialNumber: z.string(),
  name: z.string(),
  issuedAt: z.number(),
  revokedAt: z.number().optional(),
  /** CRLReason (RFC 5280 section 5.3.1). */
  reason: z.number().optional(),
})
export type Entry = Readonly<z.infer<typeof Entry>>

const State = z.object({
  /** PKCS#8 PEM, and the certificate in base64, by role. */
  authorities: z.record(z.string(), z.object({ key: z.string(), certificate: z.string() })),
  entries: z.array(Entry),
  crlNumber: z.number(),
})
type State = z.infer<typeof State>

/** What was issued and what was taken back, in memory, and in a file when there is one: so whoever has a
 *  certificate keeps it over a restart. The keys are playthings and lie there in the clear. */
export function register(file: string | undefined) {
  let state: State = { authorities: {}, entries: [], crlNumber: 1 }
  if (file !== undefined && existsSync(file)) {
    state = State.parse(JSON.parse(readFileSync(file, 'utf8')))
  }
  const bySerial = new Map(state.entries.map((entry) => [entry.serialNumber, entry]))

  function save(): void {
    if (file === undefined) return
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, JSON.stringify({ ...state, entries: [...bySerial.values()] }), {
      mode: 0o600,
    })
    renameSync(`${file}.new`, file)
  }

  return {
    /** The key and certificate of a role; made the first time. */
    authority(role: string, algorithm: Algorithm, issue: (key: KeyObject) => Buffer) {
      const known = state.authorities[role]
      if (known !== undefined) {
        const key = createPrivateKey(known.key)
        return { key, der: Buffer.from(known.certificate, 'base64') }
      }
      const key = newKey(algorithm)
      const der = issue(key)
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
      state.authorities[role] = { key: pem, certificate: der.toString('base64') }
      save()
      return { key, der }
    },
    add(entry: Entry): void {
      bySerial.set(entry.serialNumber, entry)
      save()
    },
    revoke(serialNumber: string, reason: number, at: number): boolean {
      const entry = bySerial.get(serialNumber)
      if (entry === undefined) return false
      // Whoever says it twice changes nothing.
      if (entry.revokedAt === undefined) {
        bySerial.set(serialNumber, { ...entry, revokedAt: at, reason })
        state.crlNumber += 1
        save()
      }
      return true
    },
    find: (serialNumber: string) => bySerial.get(serialNumber),
    list: () => [...bySerial.values()],
    /** Is it the serial number of one of the authority's own certificates? */
    isOwn: (serialNumber: string) =>
      Object.values(state.authorities).some(
        ({ certificate }) =>
          partsOf(Buffer.from(certificate, 'base64')).serialNumber.toString('hex') === serialNumber,
      ),
    crlNumber: () => state.crlNumber,
  }
}

export type Register = ReturnType<typeof register>

export const publicKeyOf = (key: KeyObject) =>
  createPublicKey(key).export({ type: 'spki', format: 'der' })

/** 127 random bits that are not zero and not negative (RFC 5280 section 4.1.2.2). */
export function newSerialNumber(): Buffer {
  const octets = randomBytes(16)
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40
  return octets
}
