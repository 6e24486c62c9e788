import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { ClientCertificateSource } from './settings.ts'

/** Headers that the proxy in front of us sets (and must strip from what comes in): nginx's
 *  `$ssl_client_escaped_cert` and `$ssl_client_verify`. */
const CERTIFICATE_HEADER = 'x-ssl-client-cert'
const VERIFIED_HEADER = 'x-ssl-client-verify'

interface Reader {
  certificate(ctx: KoaContextWithOIDC): string | undefined
  isAuthorized(ctx: KoaContextWithOIDC): boolean
}

const READERS: Readonly<Record<ClientCertificateSource, Reader>> = {
  tls: {
    certificate: (ctx) => {
      const { raw } = (ctx.socket as TLSSocket).getPeerCertificate?.() ?? {}
      return raw ? new X509Certificate(raw).toString() : undefined
    },
    isAuthorized: (ctx) => (ctx.socket as TLSSocket).authorized,
  },
  proxy: {
    certificate: (ctx) => certificateIn(ctx.get(CERTIFICATE_HEADER)),
    isAuthorized: (ctx) => ctx.get(VERIFIED_HEADER) === 'SUCCESS',
  },
}

/** Undefined when the header holds none: what is unreadable proves nothing. */
function certificateIn(header: string): string | undefined {
  try {
    return new X509Certificate(decodeURIComponent(header)).toString()
  } catch {
    return undefined
  }
}

/** RFC 8705. Off unless a certificate can reach us: discovery tells exactly what works. */
export function clientCertificates(source: ClientCertificateSource | undefined) {
  if (source === undefined) return { authMethods: [], feature: { enabled: false } }
  const reader = READERS[source]
  return {
    authMethods: ['tls_client_auth', 'self_signed_tls_client_auth'] as const,
    feature: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: reader.certificate,
      certificateAuthorized: reader.isAuthorized,
      certificateSubjectMatches: (ctx: KoaContextWithOIDC, property: string, expected: string) =>
        subjectMatches(reader.certificate(ctx), property, expected),
    },
  }
}

function subjectMatches(pem: string | undefined, property: string, expected: string): boolean {
  if (pem === undefined) return false
  const certificate = new X509Certificate(pem)
  switch (property) {
    case 'tls_client_auth_subject_dn':
      return distinguishedName(certificate.subject) === distinguishedName(expected)
    case 'tls_client_auth_san_dns':
      return names(certificate, 'DNS').includes(expected)
    case 'tls_client_auth_san_uri':
      return names(certificate, 'URI').includes(expected)
    case 'tls_client_auth_san_ip':
      return names(certificate, 'IP Address').includes(expected)
    case 'tls_client_auth_san_email':
      return names(certificate, 'email').includes(expected)
    default:
      return false
  }
}

/** Node prints a name line by line, first part first; RFC 4514 prints it with commas, last part first. */
function distinguishedName(name: string): string {
  const isNodes = name.includes('\n')
  const parts = (isNodes ? name.split('\n') : name.split(/(?<!\\),\s*/)).filter(
    (part) => part !== '',
  )
  return (isNodes ? parts.reverse() : parts).join(',')
}

/** Node quotes, as JSON, a name that holds a comma or anything else that could be taken for another name. */
const ALTERNATIVE_NAME = /([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:,\s*|$)/g

function names(certificate: X509Certificate, kind: string): string[] {
  const all = (certificate.subjectAltName ?? '').matchAll(ALTERNATIVE_NAME)
  return [...all]
    .filter(([, found]) => found === kind)
    .map(([, , name = '']) => (name.startsWith('"') ? (JSON.parse(name) as string) : name))
}
