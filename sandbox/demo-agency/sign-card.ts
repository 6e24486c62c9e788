import { html } from 'hono/html'
import { nothing, type Html, type Look } from './layout.ts'
import type { SignIn } from './sessions.ts'
import { TEXTS } from './text.ts'

/** Things to sign, each by a touch of the citizen's passkey at the window. */
export function signCard({ lang, signsAt }: Look): Html {
  if (signsAt === undefined) return html``
  const text = TEXTS[lang]
  return html`<form class="card" method="post" action="/sign">
    <h2>${text.sign}</h2>
    <p>${text.sign_intro}</p>
    <div class="row">
      <button name="what" value="transfer">${text.sign_transfer}</button>
      <button name="what" value="lease">${text.sign_lease}</button>
    </div>
  </form>`
}

/** What the citizen has signed, by the window's own word in the ID token. */
export function signedCard({ lang, signsAt }: Look, signIn: SignIn): Html {
  const signatures = signaturesOf(signIn)
  if (signsAt === undefined || signatures.length === 0) return html``
  const text = TEXTS[lang]
  const { transaction_hash: hash } = signIn.claims
  const code = (value: string) => html`<bdi dir="ltr"><code>${value}</code></bdi>`
  return html`<section class="card" data-signed>
    <h2>${text.signed}</h2>
    <dl>
      ${
        typeof hash === 'string'
          ? html`<dt>${text.transaction_hash}</dt>
              <dd>${code(hash)}</dd>`
          : nothing
      }
      <dt>${text.signatures}</dt>
      <dd>${signatures.map((one) => html`${code(one)}<br />`)}</dd>
    </dl>
    <p><a href="/signed">${text.signed_file}</a></p>
    ${
      signIn.request === undefined
        ? nothing
        : html`<p><a href="${new URL('/verify', signsAt).href}">${text.verify}</a></p>`
    }
  </section>`
}

/** The request whose first document the citizen may have: for a text the window makes one of the same id. */
export function signedRequest(signIn: SignIn | undefined): string | undefined {
  return signIn?.request ?? (signIn && signaturesOf(signIn)[0])
}

function signaturesOf({ claims }: SignIn): readonly string[] {
  const { signatures } = claims
  return Array.isArray(signatures) ? signatures.map(String) : []
}
