/** A service's picture, looked at by the operator, checked, and kept by us. */
export interface Logo {
  readonly type: LogoType
  readonly body: Uint8Array
}

export type LogoType = 'image/png' | 'image/jpeg' | 'image/webp'

export interface ClientLogos {
  /** By the hash of its content, which is its address on our pages. */
  find(hash: string): Promise<Logo | undefined>
  hashOf(clientId: string): Promise<string | undefined>
  put(clientId: string, logo: Logo): Promise<void>
  remove(clientId: string): Promise<void>
}
