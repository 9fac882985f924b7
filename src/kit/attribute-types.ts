import { err, isRawNumber, isUuid, ok, type Result, type Uuid } from '../base/index.ts';
import {
  type Address,
  formatAddress,
  hostPrefix,
  type Mac,
  macPattern,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
} from '../ip/index.ts';
import type { AttributeType, Schema } from './attribute.ts';
import type { Problem } from './refusal.ts';
import { invalidAttribute, invalidInput } from './refusals.ts';
import { jsonOf, showValue } from './show-value.ts';

/** Text up to a length (neutron-lib `type:string`). */
export function text(maximum: number): AttributeType<string> {
  return {
    schema: { type: 'string', maxLength: maximum },
    parse(value) {
      if (typeof value !== 'string') return err(invalidAttribute(`'${showValue(value)}' is not a valid string`));
      if (isLonger(value, maximum)) return err(invalidAttribute(`'${value}' exceeds maximum length of ${maximum}`));
      // PostgreSQL's text holds no NUL, and neither database half of a surrogate pair.
      if (value.includes('\0')) return err(invalidAttribute('text must not hold a NUL character'));
      if (!value.isWellFormed()) return err(invalidAttribute('text must not hold half of a surrogate pair'));
      return ok(value);
    },
  };
}

/** Whether a text has more characters, of which those outside of the Basic Multilingual Plane are two code units each. */
function isLonger(value: string, maximum: number): boolean {
  return value.length > maximum && (value.length > 2 * maximum || [...value].length > maximum);
}

/** oslo.utils strutils.py `TRUE_STRINGS` and `FALSE_STRINGS`. */
const trueWords: readonly unknown[] = ['1', 't', 'true', 'on', 'y', 'yes'];
const falseWords: readonly unknown[] = ['0', 'f', 'false', 'off', 'n', 'no'];

/** JSON booleans, and the words that neutron-lib api/converters.py `convert_to_boolean` takes for one. */
export const boolean: AttributeType<boolean> = {
  schema: { type: 'boolean' },
  parse(value) {
    if (typeof value === 'boolean') return ok(value);
    const isScalar = typeof value === 'string' || typeof value === 'number';
    const word = isScalar ? String(value).trim().toLowerCase() : undefined;
    if (trueWords.includes(word)) return ok(true);
    if (falseWords.includes(word)) return ok(false);
    return err(invalidInput(`'${showValue(value)}' cannot be converted to boolean`));
  },
};

/** A whole number in a range, both ends included; digits in a string are taken as a number. */
export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER): AttributeType<number> {
  return {
    schema: { type: 'integer', minimum, ...(maximum !== Number.MAX_SAFE_INTEGER && { maximum }) },
    parse(value) {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isSafeInteger(number))
        return err(invalidInput(`'${showValue(value)}' is not an integer`));
      if (number < minimum || number > maximum)
        return err(invalidAttribute(`'${number}' is not in the range ${minimum} to ${maximum}`));
      return ok(number);
    },
  };
}

/** One of the given words. */
export function oneOf<const T extends string>(...words: readonly T[]): AttributeType<T> {
  return { schema: { enum: words }, parse: (value) => found(value, words) };
}

/** One of the given numbers, which may come as digits. */
export function oneNumberOf<const T extends number>(...numbers: readonly T[]): AttributeType<T> {
  const whole = integer(Number.MIN_SAFE_INTEGER);
  return {
    schema: { enum: numbers },
    parse(value) {
      const number = whole.parse(value);
      return number.ok ? found(number.value, numbers) : number;
    },
  };
}

function found<T>(value: unknown, values: readonly T[]): Result<T, Problem> {
  const equal = values.find((allowed) => allowed === value);
  if (equal !== undefined) return ok(equal);
  return err(invalidAttribute(`'${showValue(value)}' is not in ${JSON.stringify(values)}`));
}

/** The id of another resource, which `references` names as its definition does. */
export function uuid<Id extends Uuid>(references: string): AttributeType<Id> {
  return {
    schema: { type: 'string', format: 'uuid', 'x-references': references },
    references,
    parse: (value) =>
      typeof value === 'string' && isUuid(value)
        ? ok(value as Id)
        : err(invalidAttribute(`'${showValue(value)}' is not a valid UUID`)),
  };
}

/** An address without a zone: `fe80::1%eth0` means something on one host only. */
export const address: AttributeType<Address> = {
  schema: { type: 'string', anyOf: [{ format: 'ipv6' }, { format: 'ipv4' }] },
  parse(value) {
    const parsed = typeof value === 'string' ? parseAddress(value) : undefined;
    return parsed ? ok(parsed) : err(invalidAttribute(`'${showValue(value)}' is not a valid IP address`));
  },
};

/** neutron-lib constants.py INVALID_MAC_ADDRESSES: all zeros, and the broadcast address. */
const noHosts: readonly string[] = ['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'];

/** A MAC address in any spelling. The all-zero and the broadcast address are refused. */
export const mac: AttributeType<Mac> = {
  schema: { type: 'string', pattern: macPattern },
  parse(value) {
    const parsed = typeof value === 'string' ? parseMac(value) : undefined;
    return parsed && !noHosts.includes(parsed)
      ? ok(parsed)
      : err(invalidAttribute(`'${showValue(value)}' is not a valid MAC address`));
  },
};

/** A prefix with its length. */
export const prefix: AttributeType<Prefix> = {
  schema: { type: 'string', examples: ['2001:db8::/64'] },
  parse(value) {
    const parsed = typeof value === 'string' ? parsePrefix(value) : undefined;
    return parsed ? ok(parsed) : err(invalidInput(`'${showValue(value)}' is not a valid IP subnet`));
  },
};

/** A prefix, or an address, which is the prefix of that one. */
export const addressOrPrefix: AttributeType<Prefix> = {
  schema: { ...text(64).schema, examples: ['2001:db8::1'] },
  parse(value) {
    const single = typeof value === 'string' ? parseAddress(value) : undefined;
    if (single) return ok(hostPrefix(single));
    const parsed = prefix.parse(value);
    return parsed.ok ? parsed : err(invalidAttribute(`'${showValue(value)}' is not a valid IP address or prefix`));
  },
};

/** `undefined` stands for null. */
export function nullable<T>(type: AttributeType<T>): AttributeType<T | undefined> {
  return {
    ...type,
    schema: { anyOf: [type.schema, { type: 'null' }] },
    shown: { anyOf: [shownSchema(type), { type: 'null' }] },
    parse: (value) => (value === null ? ok(undefined) : type.parse(value)),
  };
}

/** The same type, where null in a request leaves the choice to the server. Answers show what it chose. */
export function orChosen<T>(type: AttributeType<T>): AttributeType<T | undefined> {
  return { ...nullable(type), shown: shownSchema(type) };
}

/** The same type, where null is another way of saying `meaning`. */
export function orNull<T>(type: AttributeType<T>, meaning: T): AttributeType<T> {
  const { parse, ...rest } = orChosen(type);
  return {
    ...rest,
    parse(value) {
      const parsed = parse(value);
      return parsed.ok ? ok(parsed.value ?? meaning) : parsed;
    },
  };
}

/** The same type where absence has a meaning of its own, stated by the attribute's default. */
export function orAbsent<T>(type: AttributeType<T>): AttributeType<T | undefined> {
  return { ...type, parse: (value) => type.parse(value) };
}

/**
 * A list. `key` says by what items are equal; equal ones are refused. Null in a request is another way of saying the empty
 * one (neutron-lib api/converters.py `convert_none_to_empty_list`).
 */
export function list<T>(item: AttributeType<T>, key?: (item: T) => string): AttributeType<readonly T[]> {
  return {
    ...item,
    schema: { type: 'array', items: item.schema },
    shown: { type: 'array', items: shownSchema(item) },
    parse(value) {
      if (value === null) return ok([]);
      if (!Array.isArray(value)) return err(invalidAttribute(`'${showValue(value)}' is not a list`));
      const items: T[] = [];
      for (const raw of value) {
        const parsed = item.parse(raw);
        if (!parsed.ok) return parsed;
        items.push(parsed.value);
      }
      const double = key && firstDouble(items.map(key));
      return double === undefined ? ok(items) : err(invalidAttribute(`Duplicate items in the list: '${double}'`));
    },
  };
}

type Fields = Readonly<Record<string, AttributeType<unknown>>>;
type FieldsOf<F extends Fields> = { readonly [N in keyof F]: F[N] extends AttributeType<infer T> ? T : never };

/** An object with exactly these fields. A missing one is an error, unless it is optional. Answers have all of them. */
export function object<F extends Fields>(fields: F, optional: readonly (keyof F)[] = []): AttributeType<FieldsOf<F>> {
  const names = Object.keys(fields);
  const type = openObject(fields, optional);
  return {
    schema: { type: 'object', additionalProperties: false, ...type.schema },
    shown: shownSchema(type),
    parse(value) {
      const unknown = isObject(value) ? Object.keys(value).find((name) => !names.includes(name)) : undefined;
      if (unknown !== undefined) return err(invalidAttribute(`'${unknown}' is not one of ${names.join(', ')}`));
      return type.parse(value);
    },
  };
}

/** The same, where a request may hold more, which is ignored. */
export function openObject<F extends Fields>(
  fields: F,
  optional: readonly (keyof F)[] = [],
): AttributeType<FieldsOf<F>> {
  const names = Object.keys(fields);
  const schemaOf = (schema: (type: AttributeType<unknown>) => Schema, required: readonly string[]): Schema => ({
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, schema(type)])),
    required,
  });
  return {
    schema: schemaOf(
      ({ schema }) => schema,
      names.filter((name) => !optional.includes(name)),
    ),
    shown: { type: 'object', additionalProperties: false, ...schemaOf(shownSchema, names) },
    parse(value) {
      if (!isObject(value)) return err(invalidAttribute(`'${showValue(value)}' is not a dictionary`));
      return parseFields(value, fields, optional);
    },
  };
}

function parseFields<F extends Fields>(
  value: Readonly<Record<string, unknown>>,
  fields: F,
  optional: readonly (keyof F)[],
): Result<FieldsOf<F>, Problem> {
  const result: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(fields)) {
    const raw = value[name];
    if (raw === undefined) {
      if (optional.includes(name)) continue;
      return err(invalidAttribute(`'${name}' is missing in ${showValue(value)}`));
    }
    const parsed = type.parse(raw);
    if (!parsed.ok) return parsed;
    result[name] = parsed.value;
  }
  return ok(result as FieldsOf<F>);
}

/** Any JSON object of limited length, kept as it is. Null stands for the empty one. */
export function anyObject(maximum: number): AttributeType<Readonly<Record<string, unknown>>> {
  return {
    schema: { type: 'object' },
    parse(value) {
      if (value === null) return ok({});
      if (!isObject(value)) return err(invalidAttribute(`'${showValue(value)}' is not a dictionary`));
      if ((jsonOf(value)?.length ?? Number.POSITIVE_INFINITY) > maximum)
        return err(invalidAttribute(`dictionary exceeds ${maximum} characters`));
      return ok(value);
    },
  };
}

/** Whether a JSON value is an object, and neither a list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** The schema of a value in answers. */
export function shownSchema({ schema, shown = schema }: Pick<AttributeType<unknown>, 'schema' | 'shown'>): Schema {
  return shown;
}

/** The key of an address in lists without doubles. */
export const addressKey = formatAddress;

function firstDouble(keys: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return keys.find((key) => seen.size === seen.add(key).size);
}
