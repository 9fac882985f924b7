import { createHash } from 'node:crypto';
import { type Clock, milliseconds, waitingLine } from '../base/index.ts';
import { type KeystoneClient, KeystoneUnavailable } from './keystone-client.ts';
import type { Token } from './keystone-token.ts';

/** A confirmed token is asked about again from this age on, without anybody waiting for that. Milliseconds. */
const renewAfterMs = 30_000;

/** From this age on, requests wait for the answer: so long a revoked token is good at most. Milliseconds. */
const confirmedForMs = 60_000;

/** A token that was not valid may be, when Keystone's servers have caught up with each other. Milliseconds. */
const refusedForMs = 5_000;

/** While Keystone is away, it is asked once in this time. Milliseconds. */
const awayForMs = 1_000;

/** Confirmed tokens that are kept, and refused ones, which anybody can make up: of each, half a kilobyte. */
const maxConfirmed = 10_000;
const maxRefused = 1_000;

/** Questions at a time, and the longest wait for a turn, in milliseconds. */
const maxQuestions = 16;
const patienceMs = 5_000;

/** The tokens that Keystone was asked about lately. */
export interface TokenBook {
  /** Undefined: not valid. Throws KeystoneUnavailable for a token that is not known, or not well enough. */
  find(text: string): Promise<Token | undefined>;
}

interface Confirmed {
  readonly token: Token;
  /** Milliseconds since the Unix epoch. */
  readonly askedAt: number;
}

/** Makes a book of tokens by their digests. `onFailure` hears of each question that got no answer. */
export function tokenBook(
  client: Pick<KeystoneClient, 'validate'>,
  clock: Clock,
  onFailure: (error: Error) => void,
): TokenBook {
  const confirmed = new Map<string, Confirmed>();
  const refusedAt = new Map<string, number>();
  const questions = questionsTo(client, clock, onFailure);

  const ask = async (digest: string, text: string): Promise<Token | undefined> => {
    const token = await questions.ask(digest, text);
    if (token) keepLatest(confirmed, digest, { token, askedAt: clock.now() }, maxConfirmed);
    else {
      confirmed.delete(digest);
      keepLatest(refusedAt, digest, clock.now(), maxRefused);
    }
    return token;
  };

  return {
    async find(text) {
      const digest = createHash('sha256').update(text).digest('base64');
      const now = clock.now();
      const known = confirmed.get(digest);
      if (!known || known.token.expiresAt <= now) {
        const refused = refusedAt.get(digest);
        return refused !== undefined && now - refused < refusedForMs ? undefined : ask(digest, text);
      }
      const age = now - known.askedAt;
      if (age < renewAfterMs) return known.token;
      const answer = ask(digest, text).catch(() => known.token);
      return age < confirmedForMs || questions.isAway() ? known.token : answer;
    },
  };
}

/** Asks Keystone: once for all requests with one token, a few at a time, and rarely while it is away. */
function questionsTo(client: Pick<KeystoneClient, 'validate'>, clock: Clock, onFailure: (error: Error) => void) {
  const line = waitingLine(maxQuestions);
  const open = new Map<string, Promise<Token | undefined>>();
  let failedAt: number | undefined;

  const inTurn = async (text: string) => {
    const leave = await line.enter(milliseconds(patienceMs));
    if (!leave) throw new KeystoneUnavailable('too many tokens wait to be validated');
    try {
      const token = await client.validate(text);
      failedAt = undefined;
      return token;
    } finally {
      leave();
    }
  };

  const answered = async (digest: string, text: string) => {
    try {
      return await inTurn(text);
    } catch (error) {
      failedAt = clock.now();
      onFailure(error as Error);
      throw error;
    } finally {
      open.delete(digest);
    }
  };

  return {
    /** Whether the last question got no answer. */
    isAway: () => failedAt !== undefined,
    async ask(digest: string, text: string): Promise<Token | undefined> {
      if (failedAt !== undefined && clock.now() - failedAt < awayForMs)
        throw new KeystoneUnavailable('Keystone did not answer a moment ago');
      const question = open.get(digest) ?? answered(digest, text);
      open.set(digest, question);
      return question;
    },
  };
}

/** A Map has its keys in the order in which they came. */
function keepLatest<V>(known: Map<string, V>, key: string, value: V, maximum: number): void {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > maximum && oldest !== undefined) known.delete(oldest);
}
