import type * as pkcs11 from 'pkcs11js'
import type { Pkcs11Settings } from './pkcs11-protocol.ts'

export type Pkcs11 = typeof pkcs11
type Handle = pkcs11.Handle

/** A session on the token, logged in. */
export interface Session {
  readonly module: pkcs11.PKCS11
  readonly handle: Handle
  readonly constants: Pkcs11
  /** Private keys that were found already, by their id. */
  readonly keys: Map<string, Handle>
}

/** The message names what is away, and never the PIN. */
export class TokenAway extends Error {}

const MOST_KEYS = 10_000

/** Loads the module and logs in. Throws `TokenAway`. */
export function openSession(constants: Pkcs11, settings: Pkcs11Settings): Session {
  const module = new constants.PKCS11()
  try {
    module.load(settings.module)
  } catch (cause) {
    throw new TokenAway(`the module ${settings.module} cannot be loaded`, { cause })
  }
  try {
    // Without the flag some modules take it that one thread alone will ever call, and abort when it is not so.
    module.C_Initialize({ flags: constants.CKF_OS_LOCKING_OK })
    const slot = slotOf(module, settings.tokenLabel)
    const flags = constants.CKF_SERIAL_SESSION | constants.CKF_RW_SESSION
    const handle = module.C_OpenSession(slot, flags)
    module.C_Login(handle, constants.CKU_USER, settings.pin)
    return { module, handle, constants, keys: new Map() }
  } catch (cause) {
    closeModule(module)
    if (cause instanceof TokenAway) throw cause
    throw new TokenAway(`the token does not open: ${nameOf(cause)}`, { cause })
  }
}

export const closeSession = ({ module }: Session) => closeModule(module)

/** The first failure of the way out changes nothing about the next step. */
function closeModule(module: pkcs11.PKCS11): void {
  for (const step of [() => module.C_Finalize(), () => module.close()]) {
    try {
      step()
    } catch {
      // It is away already.
    }
  }
}

function slotOf(module: pkcs11.PKCS11, label: string): Handle {
  const slot = module
    .C_GetSlotList(true)
    .find((one) => module.C_GetTokenInfo(one).label.trim() === label)
  if (slot === undefined) throw new TokenAway(`there is no token with the label ${label}`)
  return slot
}

/** The name of a return value (CKR_…), which tells nothing secret. */
export function nameOf(error: unknown): string {
  const { message = '' } = error as Partial<Error>
  return /CKR_[A-Z0-9_]+/.exec(message)?.[0] ?? 'unknown error'
}

/** The private key of this id; undefined when the token has none. */
export function findKey(session: Session, keyId: string): Handle | undefined {
  const known = session.keys.get(keyId)
  if (known !== undefined) return known
  const [found] = objectsOf(session, keyId, session.constants.CKO_PRIVATE_KEY)
  if (found === undefined) return undefined
  if (session.keys.size >= MOST_KEYS) session.keys.clear()
  session.keys.set(keyId, found)
  return found
}

/** Objects of this class and id. */
export function objectsOf(session: Session, keyId: string, objectClass: number) {
  const { module, handle, constants } = session
  module.C_FindObjectsInit(handle, [
    { type: constants.CKA_CLASS, value: objectClass },
    { type: constants.CKA_ID, value: Buffer.from(keyId, 'hex') },
  ])
  try {
    return module.C_FindObjects(handle, 10)
  } finally {
    module.C_FindObjectsFinal(handle)
  }
}
