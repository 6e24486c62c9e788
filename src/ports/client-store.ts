/** Relying parties: their metadata as RFC 7591 names it, plus our policy. */
export type ClientMetadata = Readonly<Record<string, unknown>> & { readonly client_id: string }

export interface ClientStore {
  /** Frozen, and the very same object as long as nothing has changed. */
  find(clientId: string): Promise<ClientMetadata | undefined>
  put(client: ClientMetadata): Promise<void>
  remove(clientId: string): Promise<void>
  count(): Promise<number>
  list(): Promise<readonly ClientMetadata[]>
}
