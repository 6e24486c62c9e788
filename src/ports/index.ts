import type { ActivationStore } from './activation-store.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { AuthenticatorModels } from './authenticator-models.ts'
import type { AuthenticatorStore } from './authenticator-store.ts'
import type { Captcha } from './captcha.ts'
import type { CaptureStore } from './capture-store.ts'
import type { CardReader } from './card-reader.ts'
import type { CitizenNotices } from './citizen-notices.ts'
import type { ClientLogos } from './client-logos.ts'
import type { ClientStore } from './client-store.ts'
import type { Clock } from './clock.ts'
import type { DocumentStore } from './document-store.ts'
import type { EventLog } from './event-log.ts'
import type { EventSink } from './event-sink.ts'
import type { EvidenceStore } from './evidence-store.ts'
import type { FaceMatcher } from './face-matcher.ts'
import type { IdentityStore } from './identity-store.ts'
import type { KeyRing } from './key-ring.ts'
import type { LivenessProvider } from './liveness-provider.ts'
import type { LogoutNotices } from './logout-notices.ts'
import type { PaperPrinter } from './paper-printer.ts'
import type { PresentationAttackDetector } from './presentation-attack-detector.ts'
import type { Random } from './random.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Registries } from './registries.ts'
import type { RepresentationStore } from './representation-store.ts'
import type { SealStore } from './seal-store.ts'
import type { SecretBox } from './secret-box.ts'
import type { SessionLevelStore } from './session-level-store.ts'
import type { SignatureRequestStore } from './signature-request-store.ts'
import type { SigningCredentialStore } from './signing-credential-store.ts'
import type { SigningServices } from './signing-services.ts'
import type { SmsGateway } from './sms-gateway.ts'
import type { StepStore } from './step-store.ts'
import type { SubjectStore } from './subject-store.ts'
import type { WebhookNotices } from './webhook-notices.ts'

/** What looks at faces. */
export interface FacePorts {
  readonly matcher: FaceMatcher
  readonly liveness: LivenessProvider
  readonly attacks: PresentationAttackDetector
}

/** Everything that we need from the world. A factory takes `Pick<Ports, …>`: only what it touches. */
export interface Ports {
  readonly activations: ActivationStore
  readonly artifacts: ArtifactStore
  /** Absent: no passkey counts as vouched for. */
  readonly authenticatorModels?: AuthenticatorModels
  readonly authenticators: AuthenticatorStore
  /** Absent: no captcha is ever asked. */
  readonly captcha?: Captcha
  readonly captures: CaptureStore
  /** Absent: nobody can read a card, and there is no level 3. */
  readonly cards?: CardReader
  readonly citizenNotices: CitizenNotices
  readonly clients: ClientStore
  readonly clock: Clock
  readonly documents: DocumentStore
  readonly eventLog: EventLog
  readonly events: EventSink
  readonly evidence: EvidenceStore
  /** Absent: nobody can look at faces, and there is no level 3. */
  readonly face?: FacePorts
  readonly identities: IdentityStore
  readonly keys: KeyRing
  readonly limiter: RateLimiter
  readonly logos: ClientLogos
  readonly logouts: LogoutNotices
  readonly paper: PaperPrinter
  readonly random: Random
  /** What is not connected is absent. */
  readonly registries: Registries
  readonly representations: RepresentationStore
  readonly seals: SealStore
  readonly secrets: SecretBox
  readonly sessionLevels: SessionLevelStore
  readonly signatureRequests: SignatureRequestStore
  readonly signingCredentials: SigningCredentialStore
  /** Absent: nobody can sign, and there is no level 4. */
  readonly signing?: SigningServices
  readonly sms: SmsGateway
  readonly steps: StepStore
  readonly subjects: SubjectStore
  readonly webhooks: WebhookNotices
}
