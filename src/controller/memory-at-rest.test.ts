import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes garbage that V8 has no reason to collect, works for a while, rests for a while; prints megabytes after each. */
const worker = (objects: number) => `
  const { giveMemoryBackAtRest } = await import(${JSON.stringify(new URL('./memory-at-rest.ts', import.meta.url))});
  const { milliseconds, silentLog, systemClock } = await import(${JSON.stringify(new URL('../base/index.ts', import.meta.url))});
  const { setTimeout: delay } = await import('node:timers/promises');
  const megabytes = () => Math.round(process.memoryUsage.rss() / 1e6);
  let held = Array.from({ length: ${objects} }, (_, index) => ({ index, text: 'port ' + index }));
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
  const [before, atWork, atRest] = await observe(400_000);
  assert.ok(atWork > before - 20, `${before} MB before, ${atWork} MB at work`);
  assert.ok(atRest <= before - 20, `${before} MB before, ${atRest} MB at rest`);
});

test('gives back a heap that is large because of its garbage', async () => {
  const [before, , atRest] = await observe(3_000_000);
  assert.ok(before > 250 && atRest < 150, `${before} MB before, ${atRest} MB at rest`);
});

async function observe(objects: number): Promise<readonly [number, number, number]> {
  const args = ['--expose-gc', '--input-type=module', '--eval', worker(objects)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout);
}
