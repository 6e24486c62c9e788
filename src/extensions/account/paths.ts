export const PATHS = {
  list: '/account',
  revoke: '/account/revoke',
  back: '/account/back',
} as const
