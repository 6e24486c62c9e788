/** Asked only for high-risk traffic; off by default. */
export interface Captcha {
  /** The widget's name, known to the page. */
  readonly kind: string
  verify(response: string, address: string): Promise<boolean>
}
