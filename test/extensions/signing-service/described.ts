import { readFileSync } from 'node:fs'
import type Router from '@koa/router'
import { z } from 'zod'

type Schema = Readonly<Record<string, unknown>>
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** An OpenAPI description that answers are held to. */
export function described(name: string) {
  const file = new URL(`../../../docs/openapi/${name}`, import.meta.url)
  const { paths, components } = JSON.parse(readFileSync(file, 'utf8')) as Description

  /** References written out: none of them leads back to itself. */
  function whole(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(whole)
    if (typeof value !== 'object' || value === null) return value
    const { $ref: reference } = value as { $ref?: string }
    if (reference !== undefined) return whole(components.schemas[reference.split('/').at(-1) ?? ''])
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, whole(one)]))
  }

  function operationOf(method: string, path: string): Operation | undefined {
    const found = Object.entries(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    )
    return found?.[1][method.toLowerCase()]
  }

  return {
    operations: Object.entries(paths)
      .flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`))
      .toSorted(),
    /** What is wrong with this answer; empty when nothing is. */
    faults(method: string, path: string, status: number, type: string, body: unknown): string[] {
      const responses = operationOf(method, path)?.responses
      const answer = responses?.[status] ?? (status >= 400 ? responses?.['default'] : undefined)
      if (answer === undefined) return [`${method} ${path} answers no ${status}`]
      const media = answer.content?.[type.split(';')[0] ?? '']
      if (media === undefined) return [`${method} ${path} ${status}: not ${type}`]
      if (!type.includes('json')) return []
      const schema = z.fromJSONSchema(whole(media.schema) as z.core.JSONSchema.JSONSchema)
      const { error } = schema.safeParse(body)
      return (error?.issues ?? []).map(
        ({ path: at, message }) => `${method} ${path} ${status}: ${at.join('.')}: ${message}`,
      )
    },
  }
}

/** As OpenAPI writes them. */
export function routesOf(router: Router): string[] {
  return router.stack
    .flatMap(({ methods, path }) =>
      methods
        .filter((method) => method !== 'HEAD')
        .map((method) => `${method.toLowerCase()} ${String(path).replaceAll(/:(\w+)/g, '{$1}')}`),
    )
    .toSorted()
}
