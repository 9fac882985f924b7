import { type Clock, err, type Log, ok, type Result, sparingLog, systemClock } from '../base/index.ts';
import { forbidden, type Problem, unauthenticated, unavailable } from '../kit/index.ts';
import type { Authenticator, Headers } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { createKeystoneClient, type KeystoneOptions, KeystoneUnavailable } from './keystone-client.ts';
import type { Token } from './keystone-token.ts';
import { tokenBook } from './token-book.ts';

/** What the authenticator works with. */
export interface KeystoneDependencies {
  readonly log: Log;
  readonly clock?: Clock;
}

/** An authenticator that holds connections. */
export interface KeystoneAuthenticator extends Authenticator {
  close(): Promise<void>;
}

/**
 * Believes the tokens of Keystone (Identity API v3) in `X-Auth-Token`. Its answers are kept for a minute. While Keystone is
 * away, tokens that it has confirmed are good until they expire, and others get a 503. Tokens are kept as digests, and are
 * in no message.
 */
export function keystone(
  options: KeystoneOptions,
  { log, clock = systemClock }: KeystoneDependencies,
): KeystoneAuthenticator {
  const client = createKeystoneClient(options, clock);
  const warnings = sparingLog({ log, clock });
  const book = tokenBook(client, clock, (error) =>
    warnings.warn('keystone', { reason: error.message }, 'auth: a token could not be validated'),
  );
  return {
    async authenticate(headers): Promise<Result<Caller, Problem>> {
      const text = tokenIn(headers);
      if (text === undefined) return err(unauthenticated());
      try {
        return callerOf(await book.find(text));
      } catch (error) {
        if (!(error instanceof KeystoneUnavailable)) throw error;
        return err(unavailable('The identity service is not available.'));
      }
    },
    close: () => client.close(),
  };
}

function tokenIn(headers: Headers): string | undefined {
  const text = headers['x-auth-token'];
  return typeof text === 'string' && /^[\x21-\x7e]{1,16384}$/.test(text) ? text : undefined;
}

function callerOf(token: Token | undefined): Result<Caller, Problem> {
  if (!token) return err(unauthenticated());
  return token.caller ? ok(token.caller) : err(forbidden({ rule: 'project_scope' }));
}
