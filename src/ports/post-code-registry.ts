import type { RegistryAnswer } from './registry-answer.ts'

export interface PostalAddress {
  /** 10 digits. */
  readonly postCode: string
  readonly region: string
  readonly locality: string
  readonly streetAddress: string
}

/** Which place a post code is (Iran Post). */
export interface PostCodeRegistry {
  find(postCode: string): Promise<RegistryAnswer<PostalAddress>>
}
