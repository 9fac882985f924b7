import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError } from '../base/index.ts';
import { isDatabaseUrl, withoutPassword } from './database-url.ts';
import { openStore } from './index.ts';

const shown: Readonly<Record<string, string>> = {
  'sqlite:/var/lib/sextant.db': 'sqlite:/var/lib/sextant.db',
  'postgres://sextant:s3cret@[::1]:5432/sextant': 'postgres://sextant:***@[::1]:5432/sextant',
  'postgresql://sextant:s3cret@PW@127.0.0.1:1/sextant': 'postgresql://sextant:***@127.0.0.1:1/sextant',
  'postgres://sextant:s3c%2Fret%23PW@db/sextant': 'postgres://sextant:***@db/sextant',
  'postgres://sextant@/sextant?host=/run/pg': 'postgres://sextant@/sextant?host=%2Frun%2Fpg',
  'postgres://sextant:s3cret@/sextant?host=/run/pg': 'postgres://sextant:***@/sextant?host=%2Frun%2Fpg',
  'postgres://db/sextant?user=sextant&password=s3cret&sslmode=require':
    'postgres://db/sextant?user=sextant&sslmode=require',
  'postgres://db/sextant?passfile=/etc/s3cret': 'postgres://db/sextant',
};

for (const [database, text] of Object.entries(shown))
  test(`shows ${text} of a database's address`, () => {
    assert.equal(isDatabaseUrl(database), true);
    assert.equal(withoutPassword(database), text);
  });

const unusable = [
  'postgres://sextant:s3c/ret#PW@127.0.0.1:1/sextant',
  'postgres://sextant:12/s3cret@127.0.0.1/sextant',
  'postgres://sextant:12?s3cret@127.0.0.1/sextant',
  'postgres://sextant:12#s3cret@127.0.0.1/sextant',
  'postgres://sextant:s3cret@/PW@127.0.0.1/sextant',
  'postgres://sextant:s3cret%e9@127.0.0.1/sextant',
  'postgres://sextant:s3cret%@127.0.0.1/sextant',
  'postgres:sextant:s3cret@127.0.0.1/sextant',
  'mysql://sextant:s3cret@127.0.0.1/sextant',
  'host=127.0.0.1 password=s3cret',
  's3cret@127.0.0.1',
];

for (const database of unusable)
  test(`refuses ${database} at once, without its password, and says what to do`, async () => {
    assert.equal(isDatabaseUrl(database), false);
    await assert.rejects(openStore({ database }), (error: Error) => {
      assert.match(describeError(error), /percent-encoded/);
      assert.doesNotMatch(describeError(error), /s3c|ret#|PW|:12/);
      return true;
    });
  });
