import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DatabaseErrorKind, databaseError, databaseErrors, transportError, transportErrors } from './errors.ts';

for (const [kind, { error, section, retryable }] of Object.entries(databaseErrors)) {
  if (kind === 'unrecognised') continue;
  test(`recognises "${error}"`, () => {
    assert.deepEqual(databaseError(error, 'why', 2), {
      scope: 'database',
      kind: kind as DatabaseErrorKind,
      error,
      details: 'why',
      operation: 2,
      retryable,
      section,
      message: `${error}: why (operation 2)`,
    });
  });
}

test('keeps a word that it does not know, and does not retry it', () => {
  const { kind, error, retryable, message } = databaseError('out of cheese');
  assert.deepEqual([kind, error, retryable, message], ['unrecognised', 'out of cheese', false, 'out of cheese']);
});

test('says of every transport error whether the transaction may have been applied', () => {
  const unknown = Object.keys(transportErrors).filter(
    (kind) => transportError(kind as keyof typeof transportErrors, '').outcome === 'unknown',
  );
  assert.deepEqual(unknown, ['connection-lost', 'no-answer', 'protocol-violation']);
});
