import { ok } from '../base/index.ts';
import type { AgentMessage } from '../feed/index.ts';
import { type Address, parseAddress } from '../ip/index.ts';
import type { PortId } from '../resources/index.ts';
import type { Store } from '../store/index.ts';

type Report = Extract<AgentMessage, { kind: 'report' }>;

export interface ReportContext {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the port is the reporting host's to speak of. */
  readonly mayTellOf: (portId: PortId) => boolean;
}

/**
 * Keeps what a host leased, learned and dropped. Ports that are not the host's are passed over: it may have said so just
 * before it heard that a port was taken from it. Addresses that don't parse are left out: nothing follows from them.
 */
export async function recordReport(store: Store, report: Report, { now, mayTellOf }: ReportContext): Promise<void> {
  const isOwn = ({ portId }: { readonly portId: string }) => mayTellOf(portId as PortId);
  const leases = report.leases.filter(isOwn).flatMap(({ portId, address, ...lease }) => {
    const parsed = parseAddress(address);
    return parsed ? [{ ...lease, portId: portId as PortId, address: parsed }] : [];
  });
  const learned = report.learned.filter(isOwn).map(({ portId, addresses }) => ({
    portId: portId as PortId,
    addresses: addresses.map(parseAddress).filter((address): address is Address => address !== undefined),
  }));
  const drops = report.drops
    .filter(isOwn)
    .map(({ portId, reason, packets }) => ({ portId: portId as PortId, reason, packets }));
  if (leases.length + learned.length + drops.length === 0) return;
  await store.write(async ({ observed }) => {
    if (leases.length > 0) await observed.setLeases(leases, now);
    if (learned.length > 0) await observed.setLearned(learned);
    if (drops.length > 0) await observed.setDrops(drops);
    return ok(undefined);
  });
}
