import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { RepresentationLaw } from '../assurance/representation.ts'
import type { RequestStanding } from './request-standing.ts'

const { Check, Prompt } = interactionPolicy

/** The scope by which a service asks for whom a person acts. */
export const LEGAL_PERSON_SCOPE = 'legal_person'

/** What the page of the choice is drawn from; it travels in the prompt's details. */
export interface SelectAccountDetails {
  readonly grantId: string
  readonly subjectId: string
  /** The service serves legal persons alone. */
  readonly isEssential: boolean
  /** False: the prompt was asked for by a service that has no use for it. */
  readonly isWanted: boolean
}

type Asked = (ctx: KoaContextWithOIDC) => Promise<RequestStanding>

/** OIDC Core 3.1.2.1 `select_account`: for whom the person acts. It comes last, since what was chosen belongs to
 *  the grant. A service asks for it by scope, and for another choice by `prompt`. */
export function selectAccount(law: RepresentationLaw, standingOf: Asked) {
  return new Prompt(
    { name: 'select_account', requestable: true },
    (ctx) => detailsOf(ctx),
    new Check(
      'representation_missing',
      'the person has not said for whom he acts',
      'account_selection_required',
      async (ctx) => {
        if (!isWanted(ctx) || isSignedOnly(ctx)) return Check.NO_NEED_TO_PROMPT
        const { wanted } = await standingOf(ctx)
        if (wanted.kind === 'rank' && wanted.rank < 2) {
          throw new errors.InvalidScope('legal_person needs acr 2 or higher', LEGAL_PERSON_SCOPE)
        }
        const grantId = ctx.oidc.entities.Grant?.jti
        if (grantId === undefined) return Check.REQUEST_PROMPT
        const { kind } = await law.standing(grantId)
        return kind === 'chosen' ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      },
    ),
  )
}

function isWanted({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.requestParamScopes.has(LEGAL_PERSON_SCOPE)
}

/** Nobody was chosen after a signature: the service gets that alone. */
function isSignedOnly({ oidc }: KoaContextWithOIDC): boolean {
  const { select_account: made } = (oidc.result ?? {}) as {
    select_account?: { signedOnly?: boolean }
  }
  return made?.signedOnly === true
}

function detailsOf(ctx: KoaContextWithOIDC): { readonly selection: SelectAccountDetails } {
  const { entities, session } = ctx.oidc
  return {
    selection: {
      grantId: entities.Grant?.jti ?? '',
      subjectId: session?.accountId ?? '',
      isEssential: isEssential(ctx.oidc.params?.['claims']),
      isWanted: isWanted(ctx),
    },
  }
}

/** OIDC Core 5.5.1: `representee` as an essential claim. The parameter has been checked to be an object. */
function isEssential(parameter: unknown): boolean {
  if (typeof parameter !== 'string') return false
  const asked = JSON.parse(parameter) as Record<string, Record<string, unknown> | null>
  return ['id_token', 'userinfo'].some((target) => {
    const claim = asked[target]?.['representee'] as { essential?: unknown } | null | undefined
    return claim?.essential === true
  })
}
