export { challengeLiveness, type LivenessNeeds, type LivenessSettings } from './provider.ts'
export { GENTLE, Rules, RULES } from './rules.ts'
