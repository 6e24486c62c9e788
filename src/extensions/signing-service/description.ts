import { readFileSync } from 'node:fs'
import type { Context } from 'koa'

const DIRECTORY = new URL('../../../docs/openapi/', import.meta.url)

/** The OpenAPI description of one interface, for everybody. */
export function description(name: 'signing.json' | 'csc.json'): (ctx: Context) => void {
  const text = readFileSync(new URL(name, DIRECTORY), 'utf8')
  return (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300')
    ctx.type = 'application/json'
    ctx.body = text
  }
}
