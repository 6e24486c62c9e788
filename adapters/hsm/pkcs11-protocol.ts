import { z } from 'zod'
import type { SigningAlgorithm } from '../../src/ports/signer.ts'

/** How a PKCS#11 module is reached. */
export const Pkcs11Settings = z.object({
  /** Path of the vendor's shared library. */
  module: z.string().min(1),
  /** Of the token, as it was initialised; the slot's number changes with the machine. */
  tokenLabel: z.string().min(1).max(32),
  /** Of the user. */
  pin: z.string().min(1).max(255),
  /** Processes that sign at once, each with a session of its own. */
  processes: z.number().int().min(1).max(16).default(2),
  rsaBits: z.union([z.literal(2048), z.literal(3072), z.literal(4096)]).default(3072),
  /** After this the process is taken for hung and begun anew. */
  timeoutMs: z.number().int().min(100).max(120_000).default(15_000),
  /** What the module finds in its environment (where its configuration lies, say), besides the little that every
   *  program needs: the window's own secrets are none of its business. */
  env: z.record(z.string(), z.string()).default({}),
  /** `software` for a module that is none (SoftHSM): people are told the truth. */
  protection: z.enum(['hardware', 'software']).default('hardware'),
})
export type Pkcs11Settings = Readonly<z.infer<typeof Pkcs11Settings>>

export type Pkcs11Task =
  | {
      readonly kind: 'create'
      readonly alg: SigningAlgorithm
      readonly keyId: string
      readonly label: string
      readonly rsaBits: number
    }
  | {
      readonly kind: 'sign'
      readonly alg: SigningAlgorithm
      readonly keyId: string
      readonly digest: Uint8Array
    }
  | { readonly kind: 'destroy'; readonly keyId: string }
  /** What was remembered of the key is no longer so. */
  | { readonly kind: 'forget'; readonly keyId: string }

export type ToProcess =
  | { readonly kind: 'open'; readonly settings: Pkcs11Settings }
  | { readonly kind: 'task'; readonly number: number; readonly task: Pkcs11Task }

/** `away`: the token, the module or the session; `missing`: the key; `bridge`: pkcs11js is not built. */
export type Pkcs11Fault = 'away' | 'missing' | 'bridge'

export type FromProcess =
  | { readonly number: number; readonly result: Uint8Array | undefined }
  | { readonly number: number; readonly fault: Pkcs11Fault; readonly message: string }
