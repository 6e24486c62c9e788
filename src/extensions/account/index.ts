export { accountRoutes } from './routes.ts'
export type { AccountNeeds } from './needs.ts'
