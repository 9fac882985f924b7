import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBoolean,
  anInteger,
  anything,
  arrayOf,
  aString,
  type Fitting,
  fit,
  objectOf,
  oneOf,
  optional,
  recordOf,
  variantsOf,
} from './shape.ts';

const shape = variantsOf({
  cat: objectOf({
    name: aString({ minLength: 1, maxLength: 5 }),
    lives: optional(anInteger({ minimum: 0, maximum: 9 })),
  }),
  shelf: objectOf({
    books: arrayOf(objectOf({ isOpen: aBoolean, language: oneOf('la', 'el') }), { maxLength: 2 }),
    notes: recordOf(aString(), { maxSize: 2, maxKeyLength: 4 }),
    rest: anything,
  }),
});

const whole = [
  { kind: 'cat', name: 'Felix' },
  { kind: 'cat', name: 'Tom', lives: 9, colour: 'grey' },
  { kind: 'shelf', books: [{ isOpen: true, language: 'el' }], notes: { a: 'b' }, rest: null },
] satisfies readonly (Fitting<typeof shape> | { colour: string })[];

for (const value of whole) {
  test(`takes ${JSON.stringify(value)}`, () => {
    assert.deepEqual(fit(shape, value), { ok: true, value });
  });
}

const broken: readonly (readonly [unknown, string])[] = [
  [null, '/kind'],
  [[], '/kind'],
  [{ kind: 'dog' }, '/kind'],
  [{ kind: 'toString' }, '/kind'],
  [{ kind: 'cat' }, ''],
  [{ kind: 'cat', name: '' }, '/name'],
  [{ kind: 'cat', name: 'Cheshire' }, '/name'],
  [{ kind: 'cat', name: 'Tom', lives: 1.5 }, '/lives'],
  [{ kind: 'cat', name: 'Tom', lives: 10 }, '/lives'],
  [{ kind: 'cat', name: 'Tom', lives: null }, '/lives'],
  [{ kind: 'shelf', books: {}, notes: {}, rest: 1 }, '/books'],
  [{ kind: 'shelf', books: [{ isOpen: true, language: 'la' }, { isOpen: 1 }], notes: {}, rest: 1 }, '/books/1/isOpen'],
  [{ kind: 'shelf', books: [{ isOpen: true, language: 'en' }], notes: {}, rest: 1 }, '/books/0/language'],
  [{ kind: 'shelf', books: [], notes: { a: 1 }, rest: 1 }, '/notes/a'],
  [{ kind: 'shelf', books: [], notes: [], rest: 1 }, '/notes'],
  [{ kind: 'shelf', books: [], notes: { a: 'b', c: 'd', e: 'f' }, rest: 1 }, '/notes'],
  [{ kind: 'shelf', books: [], notes: { title: 'b' }, rest: 1 }, '/notes'],
  [{ kind: 'shelf', books: Array(3).fill({ isOpen: true, language: 'la' }), notes: {}, rest: 1 }, '/books'],
];

for (const [value, at] of broken) {
  test(`refuses ${JSON.stringify(value)} and points at "${at}"`, () => {
    const answer = fit(shape, value);
    assert.equal(answer.ok ? 'it fits' : answer.error.at, at);
  });
}
