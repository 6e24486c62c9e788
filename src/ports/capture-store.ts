/** What may be held of one interaction between two of its requests. */
export type CaptureName = 'glance' | 'card' | 'portrait'

/** Pictures of people between two requests: in the memory of this process alone, few, and for a short time. What
 *  goes is overwritten. Another process has nothing of it, so that a person is asked again there. */
export interface CaptureStore {
  /** Keeps a copy in place of what was there. False when there is no room for it now. */
  put(uid: string, name: CaptureName, image: Uint8Array): boolean
  /** The very bytes that are kept, until they are wiped; undefined when they are not here (any more). */
  get(uid: string, name: CaptureName): Uint8Array | undefined
  /** One of them, or all of the interaction. */
  wipe(uid: string, name?: CaptureName): void
}
