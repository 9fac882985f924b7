import type { Brand } from './brand.ts';

/** A length of time in whole or fractional seconds. */
export type Seconds = Brand<number, 'Seconds'>;
/** A length of time in milliseconds. */
export type Milliseconds = Brand<number, 'Milliseconds'>;

/** A number of seconds. */
export function seconds(value: number): Seconds {
  return value as Seconds;
}

/** A number of milliseconds. */
export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds;
}

/** The same length of time in milliseconds. */
export function toMilliseconds(value: Seconds): Milliseconds {
  return (value * 1000) as Milliseconds;
}
