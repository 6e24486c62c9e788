import type { Outcome, Turn } from '../../src/assurance/level.ts'
import type { SignatureError, SignatureState, SignatureStop } from './state.ts'

export type Answer = Outcome<SignatureState>
export type State<Kind> = Extract<SignatureState, { kind: Kind }>
export type Asked = Turn<SignatureState>

export const ask = (state: SignatureState, error?: SignatureError): Answer => ({
  kind: 'ask',
  page: state.kind,
  state,
  error,
})

export const stop = (why: SignatureStop, tryAt?: number): Answer =>
  ask({ kind: 'stopped', why, tryAt })

export const CANCELLED: Answer = { kind: 'refused', reason: 'cancelled' }
export const PROVE_AGAIN: Answer = { kind: 'reprove', error: 'signature_prove_again' }

/** What the service is told of a stop. */
export const REFUSALS = {
  not_identified: 'not_eligible',
  unavailable: 'unavailable',
  too_many: 'too_many_tries',
  too_much: 'not_eligible',
  request_gone: 'not_eligible',
  request_over: 'not_eligible',
  seal_missing: 'not_eligible',
  not_intended: 'not_eligible',
  not_your_turn: 'not_eligible',
  already_signed: 'not_eligible',
  credential_gone: 'not_eligible',
  text_unfit: 'not_eligible',
} as const satisfies Readonly<Record<SignatureStop, string>>
