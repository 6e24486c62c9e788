interface Call {
  readonly module: string
  readonly name: string
  readonly args: readonly unknown[]
}

/** Calls a function of a module, in this thread. */
export default async function call({ module, name, args }: Call): Promise<unknown> {
  const found = (await import(module)) as Readonly<
    Record<string, (...given: readonly unknown[]) => unknown>
  >
  return found[name]?.(...args)
}
