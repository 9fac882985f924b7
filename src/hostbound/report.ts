import { partsOf } from '../base/index.ts';
import type { AgentMessage } from '../feed/index.ts';
import { isDropReason } from '../firsthop/index.ts';
import { formatAddress, parseAddress } from '../ip/index.ts';
import type { PortId } from '../resources/index.ts';
import type { DropCount, LeaseRecord, OwnedAddress, UnitOfWork } from '../store/index.ts';
import { parsedAddresses } from './ask.ts';

type Report = Extract<AgentMessage, { kind: 'report' }>;

/** What hosts leased and dropped, and which bound addresses they saw in use. */
export interface ReportRecord {
  readonly leases: readonly LeaseRecord[];
  readonly seen: readonly OwnedAddress[];
  readonly drops: readonly DropCount[];
}

/** When a report has come, and which ports its host may speak of. */
export interface ReportContext {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the port is the reporting host's to speak of. */
  readonly mayTellOf: (portId: PortId) => boolean;
}

/** Leases of a port in one report, several times the addresses that it has. */
const mostLeases = 64;

/**
 * Takes from a report what is to be kept. Ports that are not the host's are passed over: it may have said so just before it
 * heard that a port was taken from it. Addresses that don't parse are left out, and reasons that nothing is dropped for:
 * nothing follows from them.
 * Of what is said several times the last counts, and of a port's leases the newest.
 */
export function readReport(report: Report, { now, mayTellOf }: ReportContext): ReportRecord {
  const isOwn = ({ portId }: { readonly portId: string }) => mayTellOf(portId as PortId);
  // The host counts by its own clock, which may be wrong by any amount; how far a lease is from its end is right.
  const ahead = report.sentAt === undefined ? 0 : report.sentAt - now;
  const leases = report.leases.filter(isOwn).flatMap(({ portId, address, expiresAt, ...lease }) => {
    const parsed = parseAddress(address);
    return parsed ? [{ ...lease, portId: portId as PortId, address: parsed, expiresAt: expiresAt - ahead }] : [];
  });
  const seen = (report.seen ?? []).filter(isOwn).flatMap((its) => {
    const { portId, addresses } = parsedAddresses(its);
    return addresses.map((address) => ({ portId, address }));
  });
  const drops = report.drops
    .filter((drop) => isOwn(drop) && isDropReason(drop.reason))
    .map(({ portId, reason, packets }) => ({ portId: portId as PortId, reason, packets }));
  return joinReports([{ leases, seen, drops }]);
}

/** One report that says what these say, one after another. */
export function joinReports(reports: readonly ReportRecord[]): ReportRecord {
  const leases = reports.flatMap((report) => report.leases);
  const seen = reports.flatMap((report) => report.seen);
  const drops = reports.flatMap((report) => report.drops);
  return {
    leases: newestOfEach(lastOf(leases, textOf)),
    seen: lastOf(seen, textOf),
    drops: lastOf(drops, ({ portId: id, reason }) => `${id} ${reason}`),
  };
}

/** How many rows it writes. */
export function sizeOf({ leases, seen, drops }: ReportRecord): number {
  return leases.length + seen.length + drops.length;
}

/** The part of a report that is about the ports for which `isWanted` holds. */
export function reportOf({ leases, seen, drops }: ReportRecord, isWanted: (portId: PortId) => boolean): ReportRecord {
  const isOfThem = ({ portId }: { readonly portId: PortId }) => isWanted(portId);
  return { leases: leases.filter(isOfThem), seen: seen.filter(isOfThem), drops: drops.filter(isOfThem) };
}

/** Splits a report into reports of at most so many rows, in the order in which they are to be recorded. */
export function partsOfReport(report: ReportRecord, mostRows: number): readonly ReportRecord[] {
  if (sizeOf(report) <= mostRows) return [report];
  const none: ReportRecord = { leases: [], seen: [], drops: [] };
  return [
    ...[...partsOf(report.leases, mostRows)].map((leases) => ({ ...none, leases })),
    ...[...partsOf(report.seen, mostRows)].map((seen) => ({ ...none, seen })),
    ...[...partsOf(report.drops, mostRows)].map((drops) => ({ ...none, drops })),
  ];
}

/** Writes down what several hosts reported. */
export async function recordReports(
  { observed }: UnitOfWork,
  reports: readonly ReportRecord[],
  now: number,
): Promise<void> {
  await observed.setLeases(
    reports.flatMap(({ leases }) => leases),
    now,
  );
  await observed.bindings.see(
    reports.flatMap(({ seen }) => seen),
    now,
  );
  await observed.setDrops(reports.flatMap(({ drops }) => drops));
}

function lastOf<T>(said: readonly T[], keyOf: (one: T) => string): readonly T[] {
  const last = new Map<string, T>();
  for (const one of said) {
    const key = keyOf(one);
    last.delete(key);
    last.set(key, one);
  }
  return [...last.values()];
}

function newestOfEach(leases: readonly LeaseRecord[]): readonly LeaseRecord[] {
  return [...Map.groupBy(leases, ({ portId }) => portId).values()].flatMap((its) => its.slice(-mostLeases));
}

function textOf({ portId, address }: OwnedAddress): string {
  return `${portId} ${formatAddress(address)}`;
}
