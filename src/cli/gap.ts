import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { CliError, withContext } from './context.ts';
import { createLabClient } from './lab-client.ts';

/** The gap analysis, on the running lab. */
export function addGap(program: Command): void {
  program
    .command('gap')
    .description('the gap analysis')
    .command('run')
    .description('judge the use cases again, on the running lab')
    .option('--rows <list>', 'these rows only, as 2,5,16')
    .action(({ rows }: { readonly rows?: string }, self: Command) =>
      withContext(self, async ({ print, stateDirectory }) => {
        const { columns, isTTY } = process.stderr; // where the progress goes
        const wanted = { ...(rows && { rows: rows.split(',') }), ...(isTTY && { columns }) };
        const printTable = (text: string) => print(process.stdout.isTTY ? text : stripVTControlCharacters(text));
        await createLabClient(stateDirectory).runGap(wanted, (line) => {
          if (line.kind === 'failed') throw new CliError(line.message);
          if (line.kind === 'table') printTable(line.text);
          else process.stderr.write(line.text);
        });
      }),
    );
}
