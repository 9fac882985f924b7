import type { Queries } from '../dialect/session.ts';

/**
 * One step of the schema. Steps are never edited once released: databases out there have run them. They name their own
 * columns instead of borrowing those of the resources, which move on.
 */
export interface Migration {
  /** `NNNN-what-it-does`; also the order. */
  readonly name: string;
  up(queries: Queries): Promise<void>;
}
