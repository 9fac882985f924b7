/**
 * Holds the house to its plan: who may import whom, and why not. ARCHITECTURE.md draws the same picture.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** The rooms that a room may import besides itself. One that is missing here fails the test: name it and its reason. */
const mayImport: Record<string, { readonly rooms: readonly string[]; readonly because: string }> = {
  'src/base': { rooms: [], because: 'everything leans on it' },
  'src/options': { rooms: ['src/base'], because: 'it knows how options are given, and none of them' },
  'src/ip': { rooms: ['src/base'], because: 'address arithmetic is pure' },
  'src/kit': { rooms: ['src/base', 'src/ip'], because: 'it is what resources are made of, and names none of them' },
  'src/packet': { rooms: ['src/base', 'src/ip'], because: 'codecs know wire formats, not who sends them' },
  'src/ovsdb': { rooms: ['src/base'], because: 'an RFC 7047 client that could be a package of its own' },
  'src/ovn': { rooms: ['src/base', 'src/ovsdb'], because: 'row types and names, no translation' },
  'src/openflow': { rooms: ['src/base'], because: 'it carries flows and packets without reading them' },
  'src/reconcile': { rooms: ['src/base', 'src/kit'], because: 'the engine knows neither OVN nor Neutron' },
  'src/resources': {
    rooms: ['src/base', 'src/ip', 'src/kit'],
    because: 'rules are pure: no I/O, no clock (invariant 9)',
  },
  'src/extensions': {
    rooms: ['src/base', 'src/ip', 'src/kit', 'src/resources'],
    because: 'an extension is data about resources',
  },
  'src/policy': {
    rooms: ['src/base', 'src/kit', 'src/resources', 'src/auth'],
    because: 'it decides from a caller and a definition',
  },
  'src/auth': {
    rooms: ['src/base', 'src/kit', 'src/resources'],
    because: 'it turns credentials into a caller, nothing else',
  },
  'src/store': {
    rooms: ['src/base', 'src/ip', 'src/kit', 'src/resources'],
    because: 'it keeps rows; it decides nothing',
  },
  'src/api': {
    rooms: ['src/base', 'src/ip', 'src/kit', 'src/resources', 'src/extensions', 'src/policy', 'src/auth', 'src/store'],
    because: 'a request never touches OVN: the reconciler does, afterwards (invariant 7)',
  },
  'src/northbound': {
    rooms: ['src/base', 'src/ip', 'src/kit', 'src/resources', 'src/ovn', 'src/ovsdb', 'src/reconcile', 'src/store'],
    because: 'it translates the declared world to NB and knows nothing of requests',
  },
  'src/southbound': {
    rooms: ['src/base', 'src/ip', 'src/kit', 'src/resources', 'src/ovn', 'src/ovsdb', 'src/reconcile', 'src/store'],
    because: 'it brings status back and declares nothing',
  },
  'src/firsthop': { rooms: ['src/base', 'src/ip', 'src/packet'], because: 'intent in, flows and answers out: pure' },
  'src/feed': { rooms: ['src/base', 'src/ip', 'src/firsthop'], because: 'both ends speak it, so it knows neither' },
  'src/hostbound': {
    rooms: [
      'src/base',
      'src/ip',
      'src/kit',
      'src/resources',
      'src/firsthop',
      'src/feed',
      'src/store',
      'src/reconcile',
      'src/ovn',
    ],
    because: 'it turns the declared world into intents for hosts',
  },
  'src/agent': {
    rooms: [
      'src/base',
      'src/options',
      'src/ip',
      'src/packet',
      'src/firsthop',
      'src/feed',
      'src/openflow',
      'src/ovsdb',
      'src/ovn',
    ],
    because: 'a host knows intents, never the store, the API or its resources',
  },
  'src/client': { rooms: ['src/base'], because: 'it speaks to any Networking API, ours or not' },
  'src/cli': { rooms: ['src/base', 'src/client'], because: 'the CLI is a client like any other' },
};

/** Rooms that compose or exercise the others, with what they still must not see. */
const mustNotImport: Record<string, { readonly rooms: readonly string[]; readonly because: string }> = {
  'gaps/rows': {
    rooms: [
      'src/api',
      'src/store',
      'src/northbound',
      'src/hostbound',
      'src/controller',
      'src/agent',
      'src/firsthop',
      'gaps/lab',
    ],
    because: 'a row knows a cloud, guests and eyes; it never asks which product answers',
  },
};

interface Import {
  readonly file: string;
  readonly target: string;
}

test('each room imports only what it may, each for its reason', () => {
  const wrong = importsUnder('src').flatMap(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from === to || from === 'src/controller') return [];
    const rule = mayImport[from];
    if (!rule) return [`${file}: ${from} is not in the plan`];
    if (isTest(file) || !to.startsWith('src/')) return [];
    return rule.rooms.includes(to) ? [] : [`${file} imports ${to}, but ${rule.because}`];
  });
  assert.deepEqual(wrong, []);
});

test('a room is entered by its index.ts', () => {
  const wrong = ['src', 'gaps', 'test', 'bench', 'bin'].flatMap(importsUnder).filter(({ file, target }) => {
    const room = roomOf(target);
    if (!room.startsWith('src/') || roomOf(file) === room) return false;
    return target !== `${room}/index.ts` && !target.startsWith(`${room}/testing/`);
  });
  assert.deepEqual(
    wrong.map(({ file, target }) => `${file} -> ${target}`),
    [],
  );
});

test('gap rows see a cloud, guests and eyes, and no product', () => {
  const wrong = Object.entries(mustNotImport).flatMap(([folder, rule]) =>
    importsUnder(folder)
      .filter(({ target }) => rule.rooms.some((room) => target.startsWith(`${room}/`)))
      .map(({ file, target }) => `${file} imports ${target}, but ${rule.because}`),
  );
  assert.deepEqual(wrong, []);
});

test('the product never imports its tests, its bench or the gap analysis', () => {
  const wrong = importsUnder('src').filter(
    ({ file, target }) => !isTest(file) && !target.startsWith('src/') && !target.startsWith('package.json'),
  );
  assert.deepEqual(wrong, []);
});

test('no two rooms import each other, directly or around a corner', () => {
  const edges = new Map<string, Set<string>>();
  for (const { file, target } of importsUnder('src').filter(({ file }) => !isTest(file))) {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  for (const room of edges.keys()) assert.ok(!reaches(edges, room, room), `${room} reaches itself`);
});

test('no two files import each other, directly or around a corner, types included', () => {
  const edges = new Map<string, Set<string>>();
  for (const { file, target } of ['src', 'gaps', 'test', 'bench', 'bin'].flatMap(importsUnder))
    edges.set(file, (edges.get(file) ?? new Set()).add(target));
  assert.deepEqual(
    [...edges.keys()].filter((file) => reaches(edges, file, file)),
    [],
  );
});

function reaches(edges: Map<string, Set<string>>, from: string, goal: string, seen = new Set<string>()): boolean {
  for (const next of edges.get(from) ?? []) {
    if (next === goal) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    if (reaches(edges, next, goal, seen)) return true;
  }
  return false;
}

function importsUnder(folder: string): Import[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const specifiers = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
    return [...specifiers].map(([, path = '']) => ({ file, target: relative(root, join(root, dirname(file), path)) }));
  });
}

function roomOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** Tests and test harnesses may build a whole house around the room that they test. */
function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.includes('/testing/');
}
