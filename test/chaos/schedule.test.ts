import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kill, makeSchedule, type ScheduleOptions } from './schedule.ts';

const options: ScheduleOptions = {
  ...{ seed: 7, kills: 300 },
  ...{ hosts: ['h1', 'h2'], controllers: ['controller 1'], database: 'sqlite' },
};

test('the same seed makes the same schedule, another seed another', () => {
  assert.deepEqual(makeSchedule(options), makeSchedule(options));
  assert.notDeepEqual(makeSchedule(options), makeSchedule({ ...options, seed: 8 }));
});

test('a longer schedule goes on where the shorter one with its seed ends', () => {
  assert.deepEqual(makeSchedule({ ...options, kills: 20 }), makeSchedule(options).slice(0, 20));
});

test('everything is killed, databases are emptied too, and only what can be is', () => {
  const seen = Map.groupBy(makeSchedule(options), ({ target }) => target);
  assert.deepEqual([...seen.keys()].toSorted(), [
    ...['agent h1', 'agent h2', 'controller 1', 'nb', 'northd'],
    ...['ovn-controller h1', 'ovn-controller h2', 'ovs-vswitchd h1', 'ovs-vswitchd h2', 'sb'],
  ]);
  const emptied = makeSchedule(options).filter(({ fate }) => fate === 'emptied');
  assert.deepEqual(new Set(emptied.map(({ target }) => target)), new Set(['nb', 'sb']));
});

test('PostgreSQL is killed and restarted where it holds the store', () => {
  const kills = makeSchedule({ ...options, database: 'postgres' }).filter(({ target }) => target === 'postgres');
  assert.deepEqual(new Set(kills.map(({ fate }) => fate)), new Set(['killed', 'restarted']));
});

test('nothing is killed while it is down, and many things are down together', () => {
  const downUntil = new Map<string, number>();
  let overlaps = 0;
  for (const { at, target, downFor } of makeSchedule(options)) {
    assert.ok((downUntil.get(target) ?? 0) <= at, `${target} is up at ${at}`);
    if ([...downUntil.values()].some((until) => until > at)) overlaps += 1;
    downUntil.set(target, at + downFor);
  }
  assert.ok(overlaps > 100, `${overlaps} overlaps`);
});

test('kills come in the order of their times', () => {
  const times = makeSchedule(options).map(({ at }: Kill) => at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});
