import { randomUUID } from 'node:crypto';
import type { Brand } from './brand.ts';

/** A UUID in its canonical lower-case form (RFC 9562 §4). */
export type Uuid = Brand<string, 'Uuid'>;

const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in its canonical form: lower case, with hyphens (RFC 9562 §4). */
export function isUuid(value: string): value is Uuid {
  return canonical.test(value);
}

/** A new random UUID (version 4, RFC 9562 §5.4). */
export function newUuid(): Uuid {
  return randomUUID() as string as Uuid;
}
