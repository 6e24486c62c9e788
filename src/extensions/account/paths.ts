export const PATHS = {
  list: '/account',
  revoke: '/account/revoke',
  passkeys: '/account/passkeys',
  back: '/account/back',
} as const
