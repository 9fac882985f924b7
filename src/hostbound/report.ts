import type { AgentMessage } from '../feed/index.ts';
import { isDropReason } from '../firsthop/index.ts';
import { type Address, parseAddress } from '../ip/index.ts';
import type { PortId } from '../resources/index.ts';
import type { DropCount, LeaseRecord, UnitOfWork } from '../store/index.ts';

type Report = Extract<AgentMessage, { kind: 'report' }>;

/** What hosts leased, learned and dropped. */
export interface ReportRecord {
  readonly leases: readonly LeaseRecord[];
  readonly learned: readonly { readonly portId: PortId; readonly addresses: readonly Address[] }[];
  readonly drops: readonly DropCount[];
}

export interface ReportContext {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the port is the reporting host's to speak of. */
  readonly mayTellOf: (portId: PortId) => boolean;
}

/**
 * Takes from a report what is to be kept. Ports that are not the host's are passed over: it may have said so just before it
 * heard that a port was taken from it. Addresses that don't parse are left out, and reasons that nothing is dropped for:
 * nothing follows from them.
 */
export function readReport(report: Report, { now, mayTellOf }: ReportContext): ReportRecord {
  const isOwn = ({ portId }: { readonly portId: string }) => mayTellOf(portId as PortId);
  // The host counts by its own clock, which may be wrong by any amount; how far a lease is from its end is right.
  const ahead = report.sentAt === undefined ? 0 : report.sentAt - now;
  const leases = report.leases.filter(isOwn).flatMap(({ portId, address, expiresAt, ...lease }) => {
    const parsed = parseAddress(address);
    return parsed ? [{ ...lease, portId: portId as PortId, address: parsed, expiresAt: expiresAt - ahead }] : [];
  });
  const learned = report.learned.filter(isOwn).map(({ portId, addresses }) => ({
    portId: portId as PortId,
    addresses: addresses.map(parseAddress).filter((address): address is Address => address !== undefined),
  }));
  const drops = report.drops
    .filter((drop) => isOwn(drop) && isDropReason(drop.reason))
    .map(({ portId, reason, packets }) => ({ portId: portId as PortId, reason, packets }));
  return { leases, learned, drops };
}

/** How many rows it writes. */
export function sizeOf({ leases, learned, drops }: ReportRecord): number {
  return leases.length + learned.length + drops.length;
}

export async function recordReports(
  { observed }: UnitOfWork,
  reports: readonly ReportRecord[],
  now: number,
): Promise<void> {
  await observed.setLeases(
    reports.flatMap(({ leases }) => leases),
    now,
  );
  await observed.setLearned(reports.flatMap(({ learned }) => learned));
  await observed.setDrops(reports.flatMap(({ drops }) => drops));
}
