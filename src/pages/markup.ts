/** Anything that prints as safe HTML. */
export interface Markup {
  toString(): string
}
