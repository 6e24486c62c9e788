export type Finding = readonly [verdict: 'ok' | 'warn' | 'fail', text: string]

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
