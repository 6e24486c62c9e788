import { Persona, PERSONAS } from './personas.ts'

type Document = Persona['documents'][number]

/** What all registries know, in one place, as it is now. */
export function peopleBook() {
  let people = new Map<string, Persona>()
  reset()

  function reset(): void {
    people = new Map(PERSONAS.map((one) => [one.id, Persona.parse(one)]))
  }
  const list = () => [...people.values()]

  /** A number is in one person's name. */
  function put(persona: Persona): void {
    const isTheirs = (mobile: string) => persona.mobiles.includes(mobile)
    for (const other of people.values()) {
      if (!other.mobiles.some(isTheirs)) continue
      const mobiles = other.mobiles.filter((mobile) => !isTheirs(mobile))
      people.set(other.id, { ...other, mobiles })
    }
    people.set(persona.id, persona)
  }

  return {
    reset,
    list,
    put,
    find: (id: string) => people.get(id),
    byNationalId: (nationalId: string) => list().find((one) => one.nationalId === nationalId),
    byDocument: (kind: Document['kind'], number: string, issuer: string) =>
      list().find((one) =>
        one.documents.some(
          (document) =>
            document.kind === kind && document.number === number && document.issuer === issuer,
        ),
      ),
  }
}

export type PeopleBook = ReturnType<typeof peopleBook>
