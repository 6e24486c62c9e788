import { html } from 'hono/html'
import { page, type Html, type PageProps } from '../../pages/layout.ts'
import type { OwnCertificate, Revoked } from './certificates.ts'
import { day, moment } from './moments.ts'
import { passkeyText } from './passkey-text.ts'
import type { OwnPasskey } from './passkeys.ts'
import { PATHS } from './paths.ts'
import type { OwnSignature } from './signatures.ts'
import type { SignedThing } from './signed-things.ts'
import { accountText } from './text/index.ts'

export interface ListProps extends PageProps {
  readonly certificates: readonly OwnCertificate[]
  readonly signatures: readonly OwnSignature[]
  /** For signing in alone. */
  readonly passkeys: readonly OwnPasskey[]
  /** What has just been done. */
  readonly told?: Told
}

export type Told = Exclude<Revoked, 'none'> | 'removed'
const TOLD: readonly string[] = ['told', 'later', 'removed'] satisfies Told[]
export const isTold = (text: unknown): text is Told =>
  typeof text === 'string' && TOLD.includes(text)

type Locale = PageProps['locale']

/** Certificates, what was signed with them, and the way to take them back. */
export function listPage(props: ListProps): Html {
  const { locale, certificates, signatures, passkeys, told } = props
  const text = accountText(locale)
  const isInForce = certificates.some(({ state }) => state === 'in_force')
  return page(
    { ...props, title: text.title },
    html`<section class="card">
      ${told === undefined ? '' : html`<p class="told" role="status">${text.done[told]}</p>`}
      <h1>${text.title}</h1>
      <p>${text.intro}</p>
      <h2>${text.certificates}</h2>
      ${certificates.length === 0 ? html`<p>${text.noCertificates}</p>` : ''}
      ${certificates.map((one) => certificate(one, locale))}
      ${
        isInForce
          ? html`<p>${text.revokeHint}</p>
              <p class="choices">
                <a class="button" href="${PATHS.revoke}">${text.revokeLink}</a>
              </p>`
          : ''
      }
      <h2>${text.signInPasskeys}</h2>
      ${passkeys.length === 0 ? html`<p>${text.noSignInPasskeys}</p>` : signInPasskeys(passkeys, locale)}
      <h2>${text.signatures}</h2>
      ${signatures.length === 0 ? html`<p>${text.noSignatures}</p>` : html`<p>${text.newest}</p>`}
      <ul class="list">
        ${signatures.map((one) => signature(one, locale))}
      </ul>
    </section>`,
  )
}

function signInPasskeys(passkeys: readonly OwnPasskey[], locale: Locale): Html {
  const text = accountText(locale)
  return html`<ul class="list">
      ${passkeys.map((one) => html`<li>${passkeyText(one, locale)}</li>`)}
    </ul>
    <p class="choices">
      <a class="button quiet" href="${PATHS.passkeys}">${text.removeLink}</a>
    </p>`
}

function certificate(own: OwnCertificate, locale: Locale): Html {
  const text = accountText(locale)
  const facts: readonly (readonly [string, unknown])[] = [
    [text.subject, html`<bdi>${own.subject}</bdi>`],
    [text.issuer, html`<bdi>${own.issuer}</bdi>`],
    [text.state, stateText(own, locale)],
    [text.made, day(own.createdAt, locale)],
    [text.until, day(own.until, locale)],
    [text.passkeys, passkeysText(own, locale)],
  ]
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

function stateText({ state, revokedAt }: OwnCertificate, locale: Locale): string {
  const { states } = accountText(locale)
  return revokedAt === undefined ? states[state] : `${states[state]} (${day(revokedAt, locale)})`
}

function passkeysText({ passkeys }: OwnCertificate, locale: Locale): string | Html {
  const text = accountText(locale)
  if (passkeys.length === 0) return text.noPasskeys
  return html`${passkeys.map((one) => html`<div class="hint">${passkeyText(one, locale)}</div>`)}`
}

function signature({ at, client, things }: OwnSignature, locale: Locale): Html {
  return html`<li>
    <strong>${moment(at, locale)}</strong>
    ${client === '' ? '' : html`<div><bdi>${client}</bdi></div>`}
    ${things.map((one) => thing(one, locale))}
  </li>`
}

function thing({ what, name, sha256, signed }: SignedThing, locale: Locale): Html {
  const text = accountText(locale)
  return html`<div>
    ${text.what[what]}${name === '' ? '' : html`: <bdi>${name}</bdi>`}
    ${fingerprint(signed === undefined ? text.hash : text.hashBefore, sha256)}
    ${fingerprint(text.hashSigned, signed)}
  </div>`
}

function fingerprint(label: string, sha256: string | undefined): Html | '' {
  if (sha256 === undefined) return ''
  return html`<details class="hash">
    <summary>
      ${label}: <bdi dir="ltr"><code>${sha256.slice(0, 8)}…${sha256.slice(-8)}</code></bdi>
    </summary>
    <code>${sha256.match(/.{1,8}/g)?.join(' ')}</code>
  </details>`
}
