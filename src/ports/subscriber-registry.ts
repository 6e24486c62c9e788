import type { Identifier } from './identifier.ts'
import type { RegistryAnswer } from './registry-answer.ts'

/** Whose mobile number it is (Shahkar). */
export interface SubscriberRegistry {
  /** Does this mobile number (E.164) belong to the person of this document? */
  owns(person: Identifier, mobile: string): Promise<RegistryAnswer>
}
