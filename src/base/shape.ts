import { err, ok, type Result } from './result.ts';

/** Where a value from outside is not what it should be. */
export interface Mismatch {
  /** A JSON pointer (RFC 6901); empty: the value as a whole. */
  readonly at: string;
  readonly expected: string;
}

/**
 * Describes how a value from outside must look, and the type that it then has. Attributes that a shape doesn't name are
 * ignored, so that a newer peer may send more.
 */
export interface Shape<T> {
  /** Undefined when the value fits. */
  mismatch(value: unknown, at: string): Mismatch | undefined;
  /** For the compiler alone. */
  readonly type?: T;
}

/** The type of the values that fit. */
export type Fitting<S> = S extends Shape<infer T> ? T : never;

/** Takes an unknown value for what the shape says, or tells the first place where it is not. */
export function fit<T>(shape: Shape<T>, value: unknown): Result<T, Mismatch> {
  const mismatch = shape.mismatch(value, '');
  return mismatch ? err(mismatch) : ok(value as T);
}

/** `true` or `false`. */
export const aBoolean: Shape<boolean> = leaf('a boolean', (value) => typeof value === 'boolean');

/** Its length is counted in UTF-16 units; both limits are included. */
export function aString({
  minLength = 0,
  maxLength = Number.MAX_SAFE_INTEGER,
  pattern = /^/,
}: {
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
} = {}): Shape<string> {
  const expected = `a string of ${minLength} to ${maxLength} characters${pattern.source === '^' ? '' : ` like ${pattern}`}`;
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength && pattern.test(text);
  return leaf(expected, (v) => typeof v === 'string' && fits(v));
}

/** Both limits are included. */
export function anInteger({
  minimum = Number.MIN_SAFE_INTEGER,
  maximum = Number.MAX_SAFE_INTEGER,
} = {}): Shape<number> {
  const expected = `an integer from ${minimum} to ${maximum}`;
  return leaf(expected, (v) => Number.isSafeInteger(v) && Number(v) >= minimum && Number(v) <= maximum);
}

/** One of these texts. */
export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return leaf(`one of ${values.join(', ')}`, (value) => values.some((one) => one === value));
}

/** A list whose elements all fit a shape. `maxLength` is included. */
export function arrayOf<T>(element: Shape<T>, { maxLength = Number.MAX_SAFE_INTEGER } = {}): Shape<readonly T[]> {
  return {
    mismatch(value, at) {
      if (!Array.isArray(value)) return { at, expected: 'an array' };
      if (value.length > maxLength) return { at, expected: `an array of ${maxLength} items at most` };
      return first(value.entries(), ([index, item]) => element.mismatch(item, `${at}/${index}`));
    },
  };
}

/** `maxKeyLength` is counted in UTF-16 units. */
export function recordOf<T>(
  element: Shape<T>,
  { maxSize = Number.MAX_SAFE_INTEGER, maxKeyLength = Number.MAX_SAFE_INTEGER } = {},
): Shape<Readonly<Record<string, T>>> {
  return {
    mismatch(value, at) {
      if (!isObject(value)) return { at, expected: 'an object' };
      const keys = Object.keys(value);
      if (keys.length > maxSize) return { at, expected: `an object of ${maxSize} attributes at most` };
      if (keys.some(({ length }) => length > maxKeyLength))
        return { at, expected: `an object with names of ${maxKeyLength} characters at most` };
      return first(Object.entries(value), ([key, item]) => element.mismatch(item, `${at}/${key}`));
    },
  };
}

/** An attribute that may be missing. */
export interface OptionalShape<T> extends Shape<T> {
  readonly isOptional: true;
}

/** An attribute that may be missing; if it is there, it must fit. */
export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { isOptional: true, mismatch: shape.mismatch };
}

type Attributes = Readonly<Record<string, Shape<unknown>>>;
type OptionalKeys<A> = { [K in keyof A]: A[K] extends OptionalShape<unknown> ? K : never }[keyof A];
type ObjectOf<A> = { readonly [K in Exclude<keyof A, OptionalKeys<A>>]: Fitting<A[K]> } & {
  readonly [K in OptionalKeys<A>]?: Fitting<A[K]>;
};
type Flat<T> = { [K in keyof T]: T[K] };

/** An object with these attributes. Others are ignored, so that a newer peer may send more. */
export function objectOf<A extends Attributes>(attributes: A): Shape<Flat<ObjectOf<A>>> {
  const all = Object.entries(attributes);
  return {
    mismatch(value, at) {
      if (!isObject(value)) return { at, expected: 'an object' };
      return first(all, ([key, shape]) => {
        if (!Object.hasOwn(value, key))
          return 'isOptional' in shape ? undefined : { at, expected: `an attribute ${key}` };
        return shape.mismatch(value[key], `${at}/${key}`);
      });
    },
  };
}

type VariantsOf<V> = { [K in keyof V]: Flat<{ readonly kind: K } & Fitting<V[K]>> }[keyof V];

/** A union that is told apart by its `kind`; each variant's shape says what there is besides. */
export function variantsOf<V extends Attributes>(variants: V): Shape<VariantsOf<V>> {
  return {
    mismatch(value, at) {
      const kind = isObject(value) && Object.hasOwn(value, 'kind') ? value.kind : undefined;
      const variant = typeof kind === 'string' && Object.hasOwn(variants, kind) ? variants[kind] : undefined;
      return variant ? variant.mismatch(value, at) : { at: `${at}/kind`, expected: Object.keys(variants).join(', ') };
    },
  };
}

/** Any value: the caller checks it further. */
export const anything: Shape<unknown> = leaf('anything', () => true);

function leaf<T>(expected: string, fits: (value: unknown) => boolean): Shape<T> {
  return { mismatch: (value, at) => (fits(value) ? undefined : { at, expected }) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<T>(items: Iterable<T>, look: (item: T) => Mismatch | undefined): Mismatch | undefined {
  for (const item of items) {
    const mismatch = look(item);
    if (mismatch) return mismatch;
  }
  return undefined;
}
