import type { Central } from '../../gaps/lab/index.ts';

/** A row of NB as `ovn-nbctl` lists it. */
export type NbRow = Readonly<Record<string, unknown>>;

/** All rows of a table of NB, as ovn-nbctl(8) lists them. */
export async function readRows(central: Central, table: string): Promise<readonly NbRow[]> {
  const text = await central.nbctl('--format=json', 'list', table);
  const { headings, data } = JSON.parse(text) as { readonly headings: string[]; readonly data: unknown[][] };
  return data.map((row) => Object.fromEntries(headings.map((heading, index) => [heading, plain(row[index])])));
}

/** RFC 7047 §5.1: a value is itself, `["uuid", text]`, `["set", [..]]` or `["map", ..]`. */
function plain(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [kind, content] = value;
  if (kind === 'uuid') return content;
  return kind === 'set' ? (content as unknown[]).map(plain) : content;
}

/** The elements of a set; one of a single element stands as that element. */
export function setOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
