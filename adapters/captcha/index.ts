import type { Captcha } from '../../src/ports/captcha.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'
import { proofOfWork } from './proof-of-work.ts'

export interface CaptchaSettings {
  readonly kind: 'off' | 'proof-of-work'
  readonly bits: number
}

/** Undefined when none is ever asked. */
export function captcha(
  needs: { readonly clock: Clock; readonly random: Random },
  { kind, bits }: CaptchaSettings,
): Captcha | undefined {
  return kind === 'off' ? undefined : proofOfWork(needs, { bits })
}
