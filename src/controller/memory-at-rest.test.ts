import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes garbage that V8 has no reason to collect, works for a while, rests for a while; prints megabytes after each. */
const worker = `
  const { giveMemoryBackAtRest } = await import(${JSON.stringify(new URL('./memory-at-rest.ts', import.meta.url))});
  const { milliseconds, silentLog, systemClock } = await import(${JSON.stringify(new URL('../base/index.ts', import.meta.url))});
  const { setTimeout: delay } = await import('node:timers/promises');
  const megabytes = () => Math.round(process.memoryUsage.rss() / 1e6);
  let held = Array.from({ length: 400_000 }, (_, index) => ({ index, text: 'port ' + index }));
  gc();
  held = undefined;
  const seen = [megabytes()];
  giveMemoryBackAtRest({ clock: systemClock, log: silentLog, interval: milliseconds(100) });
  const end = performance.now() + 500;
  while (performance.now() < end) {
    const start = performance.now();
    while (performance.now() - start < 5);
    await delay(5);
  }
  seen.push(megabytes());
  for (let tries = 0; tries < 100 && megabytes() > seen[0] - 20; tries += 1) await delay(100);
  seen.push(megabytes());
  console.log(JSON.stringify(seen));
`;

test('gives memory back at rest, and not at work', async () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', worker];
  const { stdout } = await run(process.execPath, args);
  const [before = 0, atWork = 0, atRest = 0] = JSON.parse(stdout) as number[];
  assert.ok(atWork > before - 20, `${before} MB before, ${atWork} MB at work`);
  assert.ok(atRest <= before - 20, `${before} MB before, ${atRest} MB at rest`);
});
