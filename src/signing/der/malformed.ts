/** Bytes that are not what they should be. The only thing that the readers of this room throw. */
export class Malformed extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Malformed'
  }
}
