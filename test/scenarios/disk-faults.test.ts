/** With a failing disk every answer is still true, and the controller goes on as soon as it can. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { unwrap } from '../../src/client/index.ts';
import { withGround } from './site.ts';

const strace = '/usr/bin/strace';
const skip = !existsSync(strace) && 'skipped: strace is not installed';

/** Of the log: some for the start, then one for each group of requests. */
const flushesThatSucceed = 20;

test('a flush that fails ends the controller without an answer, and each answer before it holds', { skip }, () =>
  withGround({}, async ({ database, startController }) => {
    const log = `${database.slice('sqlite:'.length)}-wal`;
    const fail = `fdatasync:error=EIO:when=${flushesThatSucceed}+`;
    const controller = await startController([
      strace,
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-P',
      log,
      '-e',
      `inject=${fail}`,
    ]);
    const network = unwrap(await controller.api.networks.create({}));
    const [answered, statuses]: [Set<string>, number[]] = [new Set(), []];
    const post = async () => {
      for (;;) {
        const port = await controller.api.ports.create({ network_id: network.id });
        if (!port.ok) return statuses.push(port.error.status);
        answered.add(port.value.id);
      }
    };
    await Promise.all(Array.from({ length: 8 }, post));
    assert.deepEqual(new Set(statuses), new Set([0]), 'no answer at all');
    await waitFor('its end', () => controller.exitStatus() === 1);
    assert.match(controller.log(), /it ends, to be started again/);
    const second = await startController();
    const ports = new Set(unwrap(await second.api.ports.list()).map(({ id }) => id));
    assert.deepEqual(
      [...answered].filter((id) => !ports.has(id)),
      [],
    );
    assert.ok(answered.size > 0 && ports.size - answered.size <= 8, 'what was not answered may be there');
  }),
);
