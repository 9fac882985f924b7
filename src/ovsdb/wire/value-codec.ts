import type { AtomicType, ColumnType } from '../schema.ts';
import { type Atom, isId, type Value } from '../value.ts';

/** A <value> that does not have the form RFC 7047 §5.1 gives it, or not the column's type. */
export class ValueError extends Error {}

type MapValue = Readonly<Record<string, Atom>>;

// Most sets and maps of OVN are empty: all share these.
const emptySet: readonly Atom[] = Object.freeze([]);
const emptyMap: MapValue = Object.freeze({});

/** Texts that were decoded lately. The rows of ports name the same few networks, projects and chassis again and again. */
const recentTexts = new Map<string, string>();
const recentLimit = 4_096;

/** The text that was decoded before, if it was equal: a hundred thousand rows need one copy of what they share. */
export function sharedText(text: string): string {
  const known = recentTexts.get(text);
  if (known !== undefined) return known;
  if (recentTexts.size >= recentLimit) recentTexts.clear();
  recentTexts.set(text, text);
  return text;
}

/** The value that a column has when an insert doesn't name it, and that `initial` rows leave out (RFC 7047 §5.2.1). */
export function defaultValue(type: ColumnType): Value {
  switch (type.kind) {
    case 'scalar':
      return defaultAtoms[type.key];
    case 'optional':
      return undefined;
    case 'set':
      return emptySet;
    case 'map':
      return emptyMap;
  }
}

/** JSON <value> -> JS. Throws ValueError. */
export function decodeValue(type: ColumnType, json: unknown): Value {
  if (type.kind === 'map') return decodeMap(type.key, type.value, json);
  if (isTagged(json, 'set')) return decodeSet(type, json[1]);
  const atom = decodeAtom(type.key, json);
  return type.kind === 'set' ? [atom] : atom;
}

/** JS -> JSON <value>. A scalar for a set stands for the set of it, which conditions and mutations allow. */
export function encodeValue(type: ColumnType, value: Value): unknown {
  if (value === undefined) return type.kind === 'map' ? ['map', []] : ['set', []];
  if (Array.isArray(value)) return ['set', value.map((atom: Atom) => encodeAtom(type.key, atom))];
  if (typeof value !== 'object') return encodeAtom(type.key, value);
  if (type.kind !== 'map') throw new ValueError('a map for a column that is none');
  const pairs = Object.entries(value).map(([key, atom]) => [encodeKey(type.key, key), encodeAtom(type.value, atom)]);
  return ['map', pairs];
}

/**
 * Applies what update2 says of a modified column (ovsdb-server(7) §4.1.14): sets have the symmetric difference, maps
 * the pairs that were removed (key and value equal), added or changed; other columns have the new value.
 */
export function applyDifference(type: ColumnType, old: Value, json: unknown): Value {
  const difference = decodeValue(type, json);
  if (type.kind === 'set') return symmetricDifference(old as readonly Atom[], difference as readonly Atom[]);
  if (type.kind === 'map') return mergeMap(old as MapValue, difference as MapValue);
  return difference;
}

/** Whether two values of the column are the same; the order of a set doesn't count. */
export function sameValue(type: ColumnType, a: Value, b: Value): boolean {
  if (a === b) return true;
  if (type.kind === 'set') return sameSet(a as readonly Atom[], b as readonly Atom[]);
  if (type.kind === 'map') return sameMap(a as MapValue, b as MapValue);
  return false;
}

const defaultAtoms: Readonly<Record<AtomicType, Atom>> = {
  integer: 0,
  real: 0,
  boolean: false,
  string: '',
  uuid: '00000000-0000-0000-0000-000000000000',
};

function decodeSet(type: ColumnType, elements: readonly unknown[]): Value {
  if (type.kind === 'set') return elements.length === 0 ? emptySet : elements.map((json) => decodeAtom(type.key, json));
  if (elements.length === 1) return decodeAtom(type.key, elements[0]);
  if (elements.length === 0 && type.kind === 'optional') return undefined;
  throw new ValueError(`${elements.length} elements in a column that holds one`);
}

function decodeMap(keyType: AtomicType, valueType: AtomicType, json: unknown): Value {
  if (!isTagged(json, 'map')) throw new ValueError('not a map');
  if (json[1].length === 0) return emptyMap;
  const map: Record<string, Atom> = {};
  for (const pair of json[1]) {
    if (!Array.isArray(pair)) throw new ValueError('not a pair of a map');
    setOwn(map, String(decodeAtom(keyType, pair[0])), decodeAtom(valueType, pair[1]));
  }
  return map;
}

function decodeAtom(type: AtomicType, json: unknown): Atom {
  switch (type) {
    case 'uuid':
      if (Array.isArray(json) && typeof json[1] === 'string') return sharedText(json[1]);
      break;
    case 'string':
      if (typeof json === 'string') return sharedText(json);
      break;
    case 'boolean':
      if (typeof json === 'boolean') return json;
      break;
    default:
      if (typeof json === 'number') return json;
  }
  throw new ValueError(`not of type ${type}: ${JSON.stringify(json)}`);
}

function encodeAtom(type: AtomicType, atom: Atom): unknown {
  if (type !== 'uuid') return atom;
  return [isId(String(atom)) ? 'named-uuid' : 'uuid', atom];
}

/** Keys of a JS object are strings; those of a map may be anything. */
function encodeKey(type: AtomicType, key: string): unknown {
  switch (type) {
    case 'integer':
    case 'real':
      return Number(key);
    case 'boolean':
      return key === 'true';
    default:
      return encodeAtom(type, key);
  }
}

function symmetricDifference(old: readonly Atom[], difference: readonly Atom[]): readonly Atom[] {
  const added = new Set(difference);
  const kept = old.filter((atom) => !added.delete(atom));
  return kept.length + added.size === 0 ? emptySet : kept.concat([...added]);
}

function mergeMap(old: MapValue, difference: MapValue): MapValue {
  const merged: Record<string, Atom> = { ...old };
  for (const [key, value] of Object.entries(difference)) {
    if (Object.hasOwn(old, key) && old[key] === value) delete merged[key];
    else setOwn(merged, key, value);
  }
  return Object.keys(merged).length === 0 ? emptyMap : merged;
}

/** Like assignment, for a key that may be `__proto__`. */
function setOwn(map: Record<string, Atom>, key: string, value: Atom): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

function sameSet(a: readonly Atom[], b: readonly Atom[]): boolean {
  if (a.length !== b.length) return false;
  if (a.every((atom, index) => atom === b[index])) return true;
  const known = new Set(a);
  return b.every((atom) => known.has(atom));
}

function sameMap(a: MapValue, b: MapValue): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

function isTagged(json: unknown, tag: 'set' | 'map'): json is readonly [string, readonly unknown[]] {
  return Array.isArray(json) && json[0] === tag && Array.isArray(json[1]);
}
