/** One thing that was signed, as the evidence keeps it for good: its request is swept some day, and the person must
 *  still be told what it was. */
export interface SignedThing {
  /** As the service called it. */
  readonly name: string
  /** Hex, SHA-256 as it was shown and agreed to. */
  readonly sha256: string
  /** Hex, SHA-256 of the file with the signature (and the seal of the agency, if it came in the same step). */
  readonly signed?: string
}

/** As one fact; sealed at rest with the others. Read by src/extensions/account/signed-things.ts. */
export const thingsFact = (things: readonly SignedThing[]) => ({
  things: JSON.stringify(things.map(({ name, sha256, signed }) => ({ name, sha256, signed }))),
})
