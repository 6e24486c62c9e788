import { timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'
import type { Ports } from '../ports/index.ts'

/** Bound to the interaction, whose cookie only this browser has. */
export function csrfToken({ secrets }: Pick<Ports, 'secrets'>, uid: string): string {
  return secrets.fingerprint(uid, 'csrf')
}

export function isCsrfValid(expected: string, given: string | undefined, ctx: Context): boolean {
  const site = ctx.get('Sec-Fetch-Site')
  if (site === 'cross-site' || given === undefined) return false
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}
