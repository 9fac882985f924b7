/**
 * Authentication: credentials in, a caller out. It does not know what the caller wants to do; `policy` decides on that.
 */
export type { Authenticator, Headers } from './authenticator.ts';
export type { Caller } from './caller.ts';
export { type KeystoneAuthenticator, keystone } from './keystone.ts';
export type { KeystoneOptions, ServiceAccount } from './keystone-client.ts';
export { isLocalListener, noauth } from './noauth.ts';
