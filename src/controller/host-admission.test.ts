import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock, milliseconds } from '../base/index.ts';
import type { Snapshot } from '../store/index.ts';
import { hostAdmission } from './host-admission.ts';

/** Asks when NB was compared with this outcome, or, without one, has been away for long. */
async function answer(revision: number, outcome?: { readonly refusal: string | undefined; readonly wasOurs: boolean }) {
  const clock = manualClock();
  const store = { snapshot: <T>(read: (snapshot: Snapshot) => Promise<T>) => read({ revision } as Snapshot) };
  const compared = outcome ? Promise.resolve() : new Promise<void>(() => {});
  const admits = hostAdmission({
    store,
    claim: { refusal: undefined, wasOurs: false, ...outcome, compared },
    clock,
  });
  const asked = admits();
  if (!outcome) clock.advance(milliseconds(3_000));
  return asked;
}

test('hosts are served when NB is the store’s, and go on being served when it is taken away', async () => {
  assert.equal(await answer(0, { wasOurs: true, refusal: undefined }), true);
  assert.equal(await answer(7, { wasOurs: true, refusal: 'another store' }), true);
});

test('hosts are not served by a store that NB never belonged to', async () => {
  assert.equal(await answer(7, { wasOurs: false, refusal: 'another store' }), false);
});

test('while NB is away hosts are served by a store that holds something, and not by an empty one', async () => {
  assert.deepEqual([await answer(7), await answer(0)], [true, false]);
});
