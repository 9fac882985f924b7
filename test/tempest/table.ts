import type { Outcome } from './suite.ts';

/** What passes, module by module, as `docs/tempest.md` shows it. */
export function resultTable(outcomes: readonly Outcome[]): string {
  const byModule = Map.groupBy(outcomes, moduleOf);
  const rows = [...byModule].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [...head, ...rows.map(([name, all]) => row(`\`${name}\``, all)), row('all', outcomes), ''].join('\n');
}

const head = [
  "# What OpenStack's own test suite says",
  '',
  'Tempest 33 of Debian 12, `tempest.api.network`, four tests at a time, against a controller with a real Keystone on MariaDB:',
  '`npm run test:tempest` runs it, and fails when a test that is in `test/tempest/passing.txt` does not pass. There is no OVN behind',
  'the controller. A class that is skipped, or whose set-up fails, counts once. Written by `npm run test:tempest -- --update`.',
  '',
  '| module | passed | failed | skipped |',
  '|---|---|---|---|',
];

/** `admin.test_agent_management` of `tempest.api.network.admin.test_agent_management.AgentManagementTestJSON.test_x`. */
function moduleOf({ name }: Outcome): string {
  const path = /tempest\.api\.network\.([\w.]*?test_\w+)/.exec(name)?.[1];
  return path ?? name;
}

function row(name: string, outcomes: readonly Outcome[]): string {
  const count = (wanted: Outcome['result']) => outcomes.filter(({ result }) => result === wanted).length;
  return `| ${name} | ${count('ok')} | ${count('FAILED')} | ${count('SKIPPED')} |`;
}
