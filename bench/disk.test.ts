import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { waitFor } from '../src/base/index.ts';
import { openDisk } from './disk.ts';

describe('the disk of a bench', () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-'));

  after(() => rmSync(cache, { recursive: true }));

  test('sweeps away what a killed bench left, and nothing of one that runs', async () => {
    mkdirSync(join(cache, 'bench-killed'));
    writeFileSync(join(cache, 'bench-killed/sextant.db'), 'rows');
    writeFileSync(join(cache, 'npm-ci.stamp'), '');
    const [one, other] = [await openDisk(cache), await openDisk(cache)];
    assert.deepEqual(
      readdirSync(cache)
        .map((name) => join(cache, name))
        .toSorted(),
      [one.path, other.path, join(cache, 'npm-ci.stamp')].toSorted(),
    );
    await one.remove();
    await other.remove();
    assert.deepEqual(readdirSync(cache), ['npm-ci.stamp']);
  });

  test('goes away with a bench that is killed', async () => {
    const program = `
      import { openDisk } from '${import.meta.dirname}/disk.ts';
      console.log((await openDisk('${cache}')).path);
    `;
    const bench = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [path] = await once(bench.stdout.setEncoding('utf8'), 'data');
    assert.ok(existsSync(path.trim()));
    bench.kill('SIGKILL');
    await waitFor('the folder to go', () => !existsSync(path.trim()));
  });
});
