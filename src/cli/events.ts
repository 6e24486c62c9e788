import { Command, InvalidArgumentError, Option } from 'commander'
import { openWorld } from '../compose.ts'
import { readConfig } from '../config.ts'
import type { EventFilter, LoggedEvent } from '../ports/event-log.ts'
import { EVENT_TYPES } from '../ports/event-sink.ts'

interface Options {
  readonly type?: EventFilter['type']
  readonly since?: number
  readonly until?: number
  readonly subject?: string
  readonly client?: string
  readonly after?: string
  readonly limit: number
  readonly json?: true
}

export function eventsCommand(): Command {
  return new Command('events')
    .description('what happened, for auditors: oldest first, without personal data')
    .addOption(new Option('--type <type>', 'one kind only').choices(EVENT_TYPES))
    .option('--since <time>', 'from this time on (ISO 8601)', time)
    .option('--until <time>', 'up to this time (ISO 8601)', time)
    .option('--subject <id>', 'about this subject (the id inside, not a pairwise sub)')
    .option('--client <client_id>', 'at this relying party')
    .option('--after <id>', 'continue after this event', id)
    .option('--limit <n>', 'at most so many', limit, 100)
    .option('--json', 'one JSON object a line')
    .action(show)
}

async function show(options: Options): Promise<void> {
  const world = await openWorld(readConfig(process.env))
  try {
    const { subject, client, json, ...filter } = options
    const found = await world.ports.eventLog.list({
      ...filter,
      subjectId: subject,
      clientId: client,
    })
    for (const event of found) console.log(json ? JSON.stringify(event) : line(event))
  } finally {
    await world.close()
  }
}

function line(event: LoggedEvent): string {
  const detail = Object.entries(event.detail ?? {}).map(([name, value]) => `${name}=${value}`)
  return [
    event.id,
    new Date(event.at).toISOString(),
    event.type.padEnd(22),
    `subject=${event.subjectId ?? '-'}`,
    `client=${event.clientId ?? '-'}`,
    `actor=${event.actor ?? '-'}`,
    ...detail,
  ].join('  ')
}

function time(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('a time such as 2026-03-21T00:00:00+03:30')
  return at
}

function id(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text
  throw new InvalidArgumentError('the number that stands before an event')
}

function limit(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0 && count <= 10_000) return count
  throw new InvalidArgumentError('a whole number from 1 to 10000')
}
