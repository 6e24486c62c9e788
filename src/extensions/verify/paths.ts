export const PATHS = {
  form: '/verify',
  api: '/verify/api',
  result: '/verify/results',
} as const
