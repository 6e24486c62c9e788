import type { ServiceEvent } from './event-sink.ts'
import type { Mandate } from './legal-entity-registry.ts'

/** For whom a person acts towards one service: chosen for a grant, and good while the registry says so. Times in
 *  milliseconds since the epoch. */
export interface Representation {
  readonly grantId: string
  readonly subjectId: string
  /** Absent: for himself. */
  readonly mandate?: Mandate
  /** The entity as a subject of its own, by which tracking and feedback see it. */
  readonly entityId?: string
  /** Tokens from before are of another choice. */
  readonly chosenAt: number
  /** When the registry last said that the mandate is in force. */
  readonly checkedAt: number
}

export type NewRepresentation = Omit<Representation, 'entityId'>

export interface RepresentationStore {
  /** Finds or makes the entity's subject and keeps the choice, with its events: all or nothing. */
  choose(choice: NewRepresentation, events: readonly ServiceEvent[]): Promise<Representation>
  ofGrant(grantId: string): Promise<Representation | undefined>
  /** The registry has said again that it is in force. */
  checked(grantId: string, at: number): Promise<void>
  end(grantId: string, events: readonly ServiceEvent[]): Promise<void>
}
