import { assertNever } from '../base/index.ts';

/** The identity that the client claims. */
export type Credentials =
  /** No header at all: the administrator, where the API runs without authentication. */
  | { readonly kind: 'none' }
  /** A project and its roles in plain headers, which only an API without authentication believes. */
  | { readonly kind: 'project'; readonly projectId: string; readonly roles: readonly string[] }
  /** A token of the identity service (or a local one). */
  | { readonly kind: 'token'; readonly token: string };

/** The HTTP headers by which the API knows the caller. */
export function credentialHeaders(credentials: Credentials): Record<string, string> {
  switch (credentials.kind) {
    case 'none':
      return {};
    case 'project':
      return { 'x-project-id': credentials.projectId, 'x-roles': credentials.roles.join(',') };
    case 'token':
      return { 'x-auth-token': credentials.token };
    default:
      return assertNever(credentials);
  }
}
