import type { Context } from 'koa'
import type { Markup } from '../assurance/level.ts'

/** Every page is about one person at one moment: nobody keeps it. */
export function sendPage(ctx: Context, page: Markup): void {
  ctx.type = 'html'
  ctx.set('Cache-Control', 'no-store')
  ctx.body = page.toString()
}
