import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError } from './describe-error.ts';

test('says each cause once, also where a message repeats it', () => {
  const refused = new Error('connect ECONNREFUSED');
  const away = new Error('the database is away: connect ECONNREFUSED', { cause: refused });
  const opening = new Error('open store', { cause: away });
  assert.equal(describeError(opening), 'open store: the database is away: connect ECONNREFUSED');
});
