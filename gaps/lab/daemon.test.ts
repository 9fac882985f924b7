import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { waitFor } from '../../src/base/index.ts';
import { daemon } from './daemon.ts';

/** A process that notes each of its starts, and is started again twice. */
async function aSupervised(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-daemon-'));
  const starts = join(folder, 'starts');
  const said: string[] = [];
  const service = daemon({
    name: 'it',
    command: ['sh', '-c', `echo >> ${starts}; exec sleep 1000`],
    logFile: join(folder, 'log'),
    ready: () => existsSync(starts),
    supervision: { most: 2, say: (message) => said.push(message) },
  });
  context.after(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });
  const seeStarts = (count: number) =>
    waitFor(`${count} starts`, async () => (await readFile(starts, 'utf8')).length === count);
  return { service, said, seeStarts };
}

test('starts a process again that ended by itself, so many times, and says so', async (context) => {
  const { service, said, seeStarts } = await aSupervised(context);
  await service.start();
  for (const count of [1, 2, 3]) {
    await seeStarts(count);
    process.kill(service.pid ?? 0, 'SIGKILL');
    await waitFor('its end to be noticed', () => said.length === count);
  }
  assert.deepEqual(
    said.map((message) => /it is started again|it stays so/.exec(message)?.[0]),
    ['it is started again', 'it is started again', 'it stays so'],
  );
});

test('does not start one again that was stopped', async (context) => {
  const { service, said, seeStarts } = await aSupervised(context);
  await service.start();
  await service.stop('SIGKILL');
  await service.start();
  await seeStarts(2);
  assert.deepEqual(said, []);
});
