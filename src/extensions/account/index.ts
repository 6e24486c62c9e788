export { accountRoutes } from './routes.ts'
export { noticeDelivery } from './notice-delivery.ts'
export type { AccountNeeds } from './needs.ts'
