import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError } from './describe-error.ts';

test('says each cause once, also where a message repeats it', () => {
  const refused = new Error('connect ECONNREFUSED');
  const away = new Error('the database is away: connect ECONNREFUSED', { cause: refused });
  const opening = new Error('open store', { cause: away });
  assert.equal(describeError(opening), 'open store: the database is away: connect ECONNREFUSED');
  const full = new Error('no more: ECONNREFUSED; use fewer', { cause: new Error('ECONNREFUSED') });
  assert.equal(describeError(full), 'no more: ECONNREFUSED; use fewer');
});

test('says what became of each address of a name', () => {
  const each = [new Error('connect ECONNREFUSED ::1:5432'), new Error('connect ECONNREFUSED 127.0.0.1:5432')];
  const away = new Error('open store', { cause: new AggregateError(each) });
  assert.equal(describeError(away), 'open store: connect ECONNREFUSED ::1:5432, connect ECONNREFUSED 127.0.0.1:5432');
});
