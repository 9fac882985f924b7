import { err, fit, ok, type Result, type Shape } from '../base/index.ts';
import type { FeedProblem } from './problem.ts';

/** Takes a text frame to a message of the given shape. */
export function parseFrame<Message>(shape: Shape<Message>, frame: string): Result<Message, FeedProblem> {
  const value = parseJson(frame);
  if (!value.ok) return value;
  const message = fit(shape, value.value);
  if (message.ok) return message;
  return err({ kind: 'invalid-message', at: message.error.at, reason: `expected ${message.error.expected}` });
}

function parseJson(frame: string): Result<unknown, FeedProblem> {
  try {
    return ok(JSON.parse(frame));
  } catch {
    return err({ kind: 'invalid-message', at: '', reason: 'not JSON' });
  }
}
