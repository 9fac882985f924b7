/**
 * Who asks: credentials in, a caller out. It knows nothing of what the caller wants; that is for `policy`.
 */
export type { Authenticator, Headers } from './authenticator.ts';
export type { Caller } from './caller.ts';
export { isLocalListener, noauth } from './noauth.ts';
