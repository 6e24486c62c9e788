import type { RedisClient } from './client.ts'

/** A script that Redis keeps: it is sent once a connection and called by its digest from then on. */
export function script(
  redis: RedisClient,
  name: string,
  lua: string,
): (key: string, ...args: readonly (string | number)[]) => Promise<unknown> {
  redis.defineCommand(name, { numberOfKeys: 1, lua })
  const commands = redis as unknown as Readonly<Record<string, Command | undefined>>
  return async (key, ...args) => {
    // Looked up at each call: with automatic pipelining the command belongs to the client.
    const command = commands[name]
    if (command === undefined) throw new TypeError(`the script ${name} is not defined`)
    return command.call(redis, key, ...args)
  }
}

type Command = (key: string, ...args: readonly (string | number)[]) => Promise<unknown>
