import type { ArtifactStore } from './artifact-store.ts'
import type { AuthenticatorStore } from './authenticator-store.ts'
import type { Captcha } from './captcha.ts'
import type { ClientLogos } from './client-logos.ts'
import type { ClientStore } from './client-store.ts'
import type { Clock } from './clock.ts'
import type { EventLog } from './event-log.ts'
import type { EventSink } from './event-sink.ts'
import type { EvidenceStore } from './evidence-store.ts'
import type { IdentityStore } from './identity-store.ts'
import type { KeyRing } from './key-ring.ts'
import type { LogoutNotices } from './logout-notices.ts'
import type { Random } from './random.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Registries } from './registries.ts'
import type { RepresentationStore } from './representation-store.ts'
import type { SecretBox } from './secret-box.ts'
import type { SessionLevelStore } from './session-level-store.ts'
import type { SmsGateway } from './sms-gateway.ts'
import type { StepStore } from './step-store.ts'
import type { SubjectStore } from './subject-store.ts'

/** Everything that we need from the world. A factory takes `Pick<Ports, …>`: only what it touches. */
export interface Ports {
  readonly artifacts: ArtifactStore
  readonly authenticators: AuthenticatorStore
  /** Absent: no captcha is ever asked. */
  readonly captcha?: Captcha
  readonly clients: ClientStore
  readonly clock: Clock
  readonly eventLog: EventLog
  readonly events: EventSink
  readonly evidence: EvidenceStore
  readonly identities: IdentityStore
  readonly keys: KeyRing
  readonly limiter: RateLimiter
  readonly logos: ClientLogos
  readonly logouts: LogoutNotices
  readonly random: Random
  /** What is not connected is absent. */
  readonly registries: Registries
  readonly representations: RepresentationStore
  readonly secrets: SecretBox
  readonly sessionLevels: SessionLevelStore
  readonly sms: SmsGateway
  readonly steps: StepStore
  readonly subjects: SubjectStore
}
