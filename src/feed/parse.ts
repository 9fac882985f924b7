import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { err, ok, type Result } from '../base/index.ts';
import type { FeedProblem } from './problem.ts';

/** Compiles a schema once into a function that takes a text frame to a value of that type. */
export function frameParser<Schema extends TSchema>(
  schema: Schema,
): (frame: string) => Result<Static<Schema>, FeedProblem> {
  const validator = Compile(schema);
  return (frame) => {
    const value = parseJson(frame);
    if (!value.ok) return value;
    if (validator.Check(value.value)) return ok(value.value as Static<Schema>);
    const first = validator.Errors(value.value)[0];
    return err({
      kind: 'invalid-message',
      at: first?.instancePath ?? '',
      reason: first?.message ?? 'of no known kind',
    });
  };
}

function parseJson(frame: string): Result<unknown, FeedProblem> {
  try {
    return ok(JSON.parse(frame));
  } catch {
    return err({ kind: 'invalid-message', at: '', reason: 'not JSON' });
  }
}
