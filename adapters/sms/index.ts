import { PanjerehError } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { SmsGateway } from '../../src/ports/sms-gateway.ts'
import { failover, FAILOVER, type FailoverPolicy } from './failover.ts'
import { http, HttpSettings } from './http.ts'
import { kavenegar, KavenegarSettings } from './kavenegar.ts'
import { smsIr, SmsIrSettings } from './sms-ir.ts'

/** THE TABLE: the name in the configuration → what is made of its settings. */
const GATEWAYS: Readonly<Record<string, (settings: unknown) => SmsGateway>> = {
  kavenegar: (settings) => kavenegar(KavenegarSettings.parse(settings)),
  'sms-ir': (settings) => smsIr(SmsIrSettings.parse(settings)),
  http: (settings) => http(HttpSettings.parse(settings)),
}

/** Gateways in order of preference behind one door. */
export function smsGateway(
  settings: readonly { readonly kind: string }[],
  needs: { readonly clock: Clock },
  policy: FailoverPolicy = FAILOVER,
): SmsGateway {
  return failover(settings.map(made), needs, policy)
}

function made(settings: { readonly kind: string }): SmsGateway {
  const make = Object.hasOwn(GATEWAYS, settings.kind) ? GATEWAYS[settings.kind] : undefined
  if (make === undefined) {
    const kinds = Object.keys(GATEWAYS).join(', ')
    throw new PanjerehError('config_invalid', `PANJEREH_SMS_GATEWAYS: kind must be one of ${kinds}`)
  }
  return make(settings)
}
