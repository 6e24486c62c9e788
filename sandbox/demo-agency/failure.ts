import * as client from 'openid-client'
import type { Notice } from './sessions.ts'
import { TEXTS } from './text.ts'

/** Anything that went wrong between us and the window, as a sentence and its raw parameters. */
export function noticeOf(error: unknown): Notice {
  if (error instanceof client.AuthorizationResponseError) {
    return refused(error.error, Object.fromEntries(error.cause))
  }
  if (error instanceof client.ResponseBodyError) {
    return refused(error.error, {
      error: error.error,
      ...(error.error_description ? { error_description: error.error_description } : {}),
      status: String(error.status),
    })
  }
  if (isUnreachable(error)) return { kind: 'bad', key: 'error_window_unreachable' }
  return { kind: 'bad', key: 'error_answer_invalid', raw: { reason: reasonOf(error) } }
}

function refused(code: string, raw: Record<string, string>): Notice {
  const key = `error_${code}`
  return { kind: 'bad', key: key in TEXTS.fa ? key : 'error_unknown', raw }
}

function isUnreachable(error: unknown): boolean {
  return (
    (error instanceof TypeError && error.message === 'fetch failed') ||
    (error instanceof Error && error.cause !== undefined && isUnreachable(error.cause))
  )
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}
