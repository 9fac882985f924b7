/**
 * Keeps the probes honest: with a mechanism switched off, the row that rests on it must fall, and in the part that looks
 * for it. Run inside a namespace, as `./sextant test mutations` does.
 */
import { pathToFileURL } from 'node:url';
import type { GapReport, Part, VerdictKind } from '../contract.ts';
import { chooseRows } from '../index.ts';
import { type Lab, openLab, startSextant } from '../lab/index.ts';
import { createSiteFinder, openLabSite } from '../lab-site.ts';
import { runRows } from '../run.ts';
import { joinNetworks } from './isolation.ts';
import { mutationVariable } from './sources.ts';

interface Mutation {
  readonly name: string;
  readonly what: string;
  /** The row that rests on the mechanism, and the part of it that must fail. */
  readonly row: string;
  readonly part: RegExp;
  /** Done from outside, when the lab stands. */
  readonly apply?: (lab: Lab) => Promise<{ cut(): Promise<void> }>;
}

const mutations: readonly Mutation[] = [
  { name: 'ra-guard', what: 'RA-Guard switched off', row: '16', part: /^rogue RA, plain$/ },
  {
    name: 'savi',
    what: 'source address validation switched off',
    row: '15',
    part: /^wrong source IPv6: an address of nobody$/,
  },
  {
    name: 'local-grants',
    what: 'each host grants what its guests claim, and asks nobody',
    row: '15',
    part: /^trains: a guest on another host is not impersonated/,
  },
  {
    name: 'unanswered-detection',
    what: 'detections of addresses in use not answered',
    row: '21',
    part: /^a DAD for the address of a guest on the same host ends dadfailed$/,
  },
  {
    name: 'no-displacement',
    what: 'addresses that the API gives to others not taken back',
    row: '15',
    part: /^an address that the API gives to another port is its first holder/,
  },
  { name: 'dhcpv6', what: 'DHCPv6 messages not answered', row: '7', part: /leases exactly the chosen address$/ },
  { name: 'group-acls', what: 'ACLs of security groups withheld', row: '13', part: /^protocols by name$/ },
  { name: 'group-drops', what: 'security groups drop nothing', row: '13', part: /^a group without rules: nothing but/ },
  {
    name: 'isolation',
    what: 'all tenants on one wire',
    row: '1',
    part: /between tenants not one frame/,
    apply: joinNetworks,
  },
];

const chosen = chooseMutations(process.argv.slice(2));
const sound = await runMutated(undefined, [...new Set(chosen.map(({ row }) => row))]);
let survivors = 0;
for (const mutation of chosen) {
  const before = verdictOf(sound, mutation);
  const after = verdictOf(await runMutated(mutation, [mutation.row]), mutation);
  const killed = before.parts.every(passed) && before.parts.length > 0 && after.parts.some((part) => !passed(part));
  const fell = rank(after.verdict) < rank(before.verdict);
  if (!killed || !fell) survivors += 1;
  report(mutation, before.verdict, after, killed && fell);
}
process.exit(survivors === 0 ? 0 : 1);

/** Ends the process when nothing is named so: a typing error must not pass for a run. */
function chooseMutations(wanted: readonly string[]): readonly Mutation[] {
  const names = mutations.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`sextant test mutations: there is ${names.join(', ')}, and no ${unknown}\n`);
    process.exit(2);
  }
  return mutations.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
}

/** Runs the rows on a lab of their own, whose controller and agents carry the mutation. */
async function runMutated(mutation: Mutation | undefined, only: readonly string[]): Promise<GapReport> {
  if (mutation && !mutation.apply) mutateChildren(mutation.name);
  const lab = await openLab({ hosts: 2 });
  try {
    const sextant = await startSextant(lab);
    const applied = await mutation?.apply?.(lab);
    const site = openLabSite({ lab, endpoint: sextant.endpoint, cloudName: mutation?.name ?? 'as it is' });
    const finder = createSiteFinder(lab, site);
    const find = async (wish: Parameters<typeof finder.find>[0]) =>
      (wish.underlay ?? lab.underlay) === lab.underlay ? finder.find(wish) : undefined;
    const result = await runRows({ rows: chooseRows(only), site, findSite: find });
    await applied?.cut();
    await site.close();
    await sextant.stop();
    return result;
  } finally {
    mutateChildren(undefined);
    await lab.close();
  }
}

/** Node's compile cache would hand one mutation's code to the next. */
function mutateChildren(name: string | undefined): void {
  delete process.env.NODE_COMPILE_CACHE;
  if (name === undefined) {
    delete process.env.NODE_OPTIONS;
    delete process.env[mutationVariable];
    return;
  }
  const preload = pathToFileURL(`${import.meta.dirname}/preload.ts`);
  process.env.NODE_OPTIONS = `--import=${preload}`;
  process.env[mutationVariable] = name;
}

interface Outcome {
  readonly verdict: VerdictKind;
  readonly summary: string;
  readonly parts: readonly Part[];
}

function verdictOf({ rows }: GapReport, { row, part }: Mutation): Outcome {
  const found = rows.find(({ id }) => id === row);
  if (!found) throw new Error(`row ${row} did not run`);
  const { verdict, summary, evidence } = found;
  return { verdict, summary, parts: evidence.filter((one) => part.test(one.part)) };
}

function passed({ outcome }: Part): boolean {
  return outcome === 'passed';
}

function rank(verdict: VerdictKind): number {
  return ['skipped', 'no', 'partial', 'yes'].indexOf(verdict);
}

function report({ what, row }: Mutation, before: VerdictKind, after: Outcome, killed: boolean): void {
  const failed = after.parts.filter((part) => !passed(part)).map(({ part, seen }) => `${part}: ${seen.at(-1)}`);
  const why = killed ? failed.join('; ') : `not in the part that looks for it (${after.summary})`;
  const line = `${killed ? '✔' : '✘'} ${what}: row ${row} ${before} -> ${after.verdict}. ${why}`;
  process.stdout.write(`${line}\n`);
}
