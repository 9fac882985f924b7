import { Agent, request } from 'undici';
import type { Clock } from '../base/index.ts';
import { parseToken, type Token } from './keystone-token.ts';

/** The service account by which tokens of others may be looked at: any role in a project will do. */
export interface ServiceAccount {
  readonly username: string;
  readonly password: string;
  readonly userDomain: string;
  readonly project: string;
  readonly projectDomain: string;
}

/** Where Keystone is, and who asks it. */
export interface KeystoneOptions {
  /** `https://keystone.example:5000`, with or without `/v3`. */
  readonly url: string;
  readonly account: ServiceAccount;
  /** PEM, of the authority of Keystone's certificate. Default: those that the system trusts. */
  readonly ca?: string;
  /** Longest wait for one answer. Milliseconds, default 5,000. */
  readonly timeout?: number;
}

/** Keystone could not be asked: it is away, slow, or answers what makes no sense. The message holds no secret. */
export class KeystoneUnavailable extends Error {}

/** Asks Keystone about tokens. */
export interface KeystoneClient {
  /** Undefined: the token is not valid, or not any more. Throws KeystoneUnavailable. */
  validate(token: string): Promise<Token | undefined>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly subjectToken: string | undefined;
  /** Undefined: no JSON. */
  readonly body: unknown;
}

/** An answer about a token has some kilobytes: this one has a catalogue of services. */
const maxAnswerBytes = 1_048_576;

/** Makes a client that proves itself by a token of its own, and gets another one in time. */
export function createKeystoneClient(options: KeystoneOptions, clock: Clock): KeystoneClient {
  const { send, close } = sender(options);
  const own = ownToken(clock, () => send('POST', {}, passwordRequest(options.account)));
  return {
    async validate(token) {
      const ask = async () => send('GET', { 'x-auth-token': await own.get(), 'x-subject-token': token });
      let answer = await ask();
      if (answer.status === 401) {
        // Ours was revoked, or Keystone has other keys than those that it was made with.
        own.forget();
        answer = await ask();
      }
      if (answer.status === 404) return undefined;
      return tokenOf(answer, 'about a token');
    },
    close,
  };
}

type Send = (method: 'GET' | 'POST', headers: Readonly<Record<string, string>>, body?: object) => Promise<Answer>;

/** Sends to `/v3/auth/tokens`. Throws KeystoneUnavailable where no answer comes. */
function sender({ url, ca, timeout = 5_000 }: KeystoneOptions): { readonly send: Send; close(): Promise<void> } {
  const limits = { headersTimeout: timeout, bodyTimeout: timeout, maxResponseSize: maxAnswerBytes };
  // A connection that is kept may be closed by the other side under the next request, and a handshake a minute is cheap.
  const fresh = { pipelining: 0, connections: 16 };
  const dispatcher = new Agent({ ...limits, ...fresh, connect: { timeout, ...(ca !== undefined && { ca }) } });
  const tokens = `${url.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3/auth/tokens`;
  const sendOnce: Send = async (method, headers, body) => {
    const signal = AbortSignal.timeout(timeout);
    const content = body === undefined ? null : JSON.stringify(body);
    const all = { accept: 'application/json', 'content-type': 'application/json', ...headers };
    const path = method === 'GET' ? `${tokens}?nocatalog` : tokens;
    return answerOf(await request(path, { dispatcher, method, signal, headers: all, body: content }));
  };
  const send: Send = async (...what) => {
    try {
      return await sendOnce(...what).catch((error) => {
        if (isBrokenOff(error)) return sendOnce(...what);
        throw error;
      });
    } catch (error) {
      throw new KeystoneUnavailable(`Keystone at ${url} does not answer: ${reasonOf(error)}`);
    }
  };
  return { send, close: () => dispatcher.close() };
}

type Response = Awaited<ReturnType<typeof request>>;

async function answerOf({ statusCode, headers, body }: Response): Promise<Answer> {
  const text = await body.text();
  const [subjectToken] = [headers['x-subject-token'] ?? []].flat();
  return { status: statusCode, subjectToken, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokenOf({ status, body }: Answer, about: string): Token {
  const token = status === 200 || status === 201 ? parseToken(body) : undefined;
  if (token) return token;
  throw new KeystoneUnavailable(`Keystone answered ${status} ${about}, and nothing that makes sense`);
}

/** The token by which this service proves itself, which several requests may wait for. */
function ownToken(clock: Clock, logIn: () => Promise<Answer>) {
  let current: Promise<{ readonly text: string; readonly renewAt: number }> | undefined;
  const renew = async () => {
    const answer = await logIn();
    const { expiresAt } = tokenOf(answer, 'to our login');
    const { subjectToken: text } = answer;
    if (text === undefined) throw new KeystoneUnavailable('Keystone answered our login without a token');
    return { text, renewAt: expiresAt - renewBeforeMs };
  };
  const start = () => {
    const renewed = renew();
    current = renewed;
    renewed.catch(() => {
      if (current === renewed) current = undefined;
    });
    return renewed;
  };
  return {
    async get() {
      const { text, renewAt } = await (current ?? start());
      return clock.now() < renewAt ? text : (await start()).text;
    },
    forget() {
      current = undefined;
    },
  };
}

/** Our own token is renewed so long before it expires, as clocks differ. */
const renewBeforeMs = 60_000;

function passwordRequest({ username, password, userDomain, project, projectDomain }: ServiceAccount): object {
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: username, password, domain: { name: userDomain } } },
      },
      scope: { project: { name: project, domain: { name: projectDomain } } },
    },
  };
}

/** Whether a server that restarts its workers hung up. Both questions may be asked twice. */
function isBrokenOff(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(reasonOf(error));
}

/** The kind of the failure: a message of the HTTP client might hold what was sent. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name ?? 'unknown');
}
