import type { Command } from 'commander';
import { withContext } from './context.ts';
import { runOnHost } from './enter.ts';
import { guestColumns } from './guest.ts';
import { createLabClient } from './lab-client.ts';
import type { LabHost } from './lab-wire.ts';
import { type Column, renderRow, renderRows } from './output.ts';

const hostColumns: readonly Column<LabHost>[] = [
  { title: 'host', value: ({ name }) => name },
  { title: 'tunnel address', value: ({ tunnelAddress }) => tunnelAddress },
  { title: 'state', value: ({ directory }) => directory },
];

/** The running lab itself. */
export function addLab(program: Command): void {
  const command = program.command('lab').description('the running lab');
  command
    .command('status')
    .description('show hosts and guests')
    .action((_options, self: Command) =>
      withContext(self, async ({ format, print, stateDirectory }) => {
        const lab = await createLabClient(stateDirectory).view();
        if (format !== 'table') return print(await renderRow(lab, format));
        print(`${lab.endpoint}, ${lab.encapsulation} over IPv${lab.underlay}, state in ${stateDirectory}`);
        print(await renderRows(lab.hosts, hostColumns, format));
        print(await renderRows(lab.guests, guestColumns, format));
      }),
    );
  command
    .command('exec')
    .description('run a command on a host, as: sextant lab exec h1 -- ovs-ofctl dump-flows br-hop')
    .argument('<host>')
    .argument('<command...>')
    .action((host: string, words: readonly string[], _options, self: Command) =>
      withContext(self, async ({ stateDirectory }) => {
        process.exitCode = await runOnHost(await createLabClient(stateDirectory).view(), host, words);
      }),
    );
}
