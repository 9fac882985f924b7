const formats = ['table', 'json', 'yaml', 'value'] as const;
/** `value` is what scripts read: tabs between columns, no headings. */
export type Format = (typeof formats)[number];

/** Whether a text names a format that output can be printed in. */
export function isFormat(text: string): text is Format {
  return (formats as readonly string[]).includes(text);
}

/** A column of a table: its title, and the value that it shows of a row. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => unknown;
}

/** A list: the columns in a table, whole rows in JSON and YAML. */
export async function renderRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], format: Format) {
  const cells = rows.map((row) => columns.map(({ value }) => cell(value(row))));
  switch (format) {
    case 'table':
      return renderTable(
        columns.map(({ title }) => title),
        cells,
      );
    case 'value':
      return cells.map((row) => row.join('\t')).join('\n');
    default:
      return renderData(rows, format);
  }
}

/** One row: all of its attributes, one under another. */
export async function renderRow(row: object, format: Format): Promise<string> {
  const entries = Object.entries(row).toSorted(([a], [b]) => a.localeCompare(b));
  switch (format) {
    case 'table':
      return renderTable(
        ['attribute', 'value'],
        entries.map(([key, value]) => [key, cell(value)]),
      );
    case 'value':
      return entries.map(([key, value]) => `${key}\t${cell(value)}`).join('\n');
    default:
      return renderData(row, format);
  }
}

async function renderData(data: unknown, format: 'json' | 'yaml'): Promise<string> {
  if (format === 'json') return JSON.stringify(data, null, 2);
  const { stringify } = await import('yaml');
  return stringify(data);
}

async function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(cell).join('\n');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
