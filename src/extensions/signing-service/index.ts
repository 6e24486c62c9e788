export { windowSigner } from './window-signer.ts'
export { signingRoutes, SIGNING_PATH } from './routes.ts'
export { requestSweep } from './retention.ts'
export { webhookDelivery, WEBHOOK_SCHEDULE, type WebhookNeeds } from './webhook-delivery.ts'
export {
  SERVICE_LIMITS,
  type Caller,
  type SigningServiceNeeds,
  type SubjectNames,
} from './needs.ts'
export { cscRoutes, CSC_PATH } from './csc/routes.ts'
export type { CscNeeds } from './csc/needs.ts'
