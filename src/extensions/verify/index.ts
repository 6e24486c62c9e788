export { verifyRoutes } from './routes.ts'
export { VERIFY_LIMITS, type VerifyLimits } from './limits.ts'
export type { VerifyNeeds } from './needs.ts'
