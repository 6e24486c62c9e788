/** A process of its own for a vendor's module: signing does not hold up the window, and a module that crashes
 *  takes nobody along. Started by pkcs11-processes.ts alone. */
import type { FromProcess, Pkcs11Settings, Pkcs11Task, ToProcess } from './pkcs11-protocol.ts'
import { createKey, destroyKey, signDigest } from './pkcs11-keys.ts'
import {
  closeSession,
  nameOf,
  openSession,
  TokenAway,
  type Pkcs11,
  type Session,
} from './pkcs11-session.ts'

let settings: Pkcs11Settings | undefined
let session: Session | undefined

class BridgeMissing extends Error {}

process.on('message', (message: ToProcess) => {
  if (message.kind === 'open') settings = message.settings
  else void answered(message.number, message.task).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => {
  if (session !== undefined) closeSession(session)
  process.exit(0)
})

async function answered(number: number, task: Pkcs11Task): Promise<FromProcess> {
  try {
    const result = await done(task)
    return result === 'missing'
      ? { number, fault: 'missing', message: 'the token has no such key' }
      : { number, result }
  } catch (error) {
    const isBridge = error instanceof BridgeMissing
    const isOurs = isBridge || error instanceof TokenAway
    const message = isOurs ? error.message : `the module failed: ${nameOf(error)}`
    return { number, fault: isBridge ? 'bridge' : 'away', message }
  }
}

/** Once more on a fresh session: the token may have been away, or a handle is of yesterday. */
async function done(task: Pkcs11Task): Promise<Uint8Array | undefined | 'missing'> {
  if (task.kind === 'forget') {
    session?.keys.delete(task.keyId)
    return undefined
  }
  // Loaded first: between the look for a session and its opening nobody else may come in.
  const constants = await bridge()
  const isFresh = session === undefined
  session ??= openSession(constants, demanded())
  try {
    return run(session, task)
  } catch (error) {
    closeSession(session)
    session = undefined
    // Of a fresh session there is nothing more to hope for.
    if (isFresh) throw error
    session = openSession(constants, demanded())
    // Half of a pair may have been made: two under one id would be one too many.
    if (task.kind === 'create') destroyKey(session, task.keyId)
    return run(session, task)
  }
}

function run(open: Session, task: Exclude<Pkcs11Task, { kind: 'forget' }>) {
  if (task.kind === 'create') return createKey(open, task)
  if (task.kind === 'sign') return signDigest(open, task) ?? 'missing'
  destroyKey(open, task.keyId)
  return undefined
}

function demanded(): Pkcs11Settings {
  if (settings === undefined) throw new TokenAway('nobody said which module')
  return settings
}

let loaded: Pkcs11 | undefined

/** An optional dependency that is compiled on demand. */
async function bridge(): Promise<Pkcs11> {
  try {
    loaded ??= (await import('pkcs11js')).default
    return loaded
  } catch (cause) {
    const message =
      'pkcs11js is not built: run `npm rebuild pkcs11js --ignore-scripts=false` (it needs python3, make and g++)'
    throw new BridgeMissing(message, { cause })
  }
}
