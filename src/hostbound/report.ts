import { ok } from '../base/index.ts';
import type { AgentMessage } from '../feed/index.ts';
import { type Address, parseAddress } from '../ip/index.ts';
import type { PortId } from '../resources/index.ts';
import type { Store } from '../store/index.ts';

type Report = Extract<AgentMessage, { kind: 'report' }>;

/** Keeps what a host leased, learned and dropped. Addresses that don't parse are left out: nothing follows from them. */
export async function recordReport(store: Store, report: Report, now: number): Promise<void> {
  const leases = report.leases.flatMap(({ portId, address, ...lease }) => {
    const parsed = parseAddress(address);
    return parsed ? [{ ...lease, portId: portId as PortId, address: parsed }] : [];
  });
  const learned = report.learned.map(({ portId, addresses }) => ({
    portId: portId as PortId,
    addresses: addresses.map(parseAddress).filter((address): address is Address => address !== undefined),
  }));
  const drops = report.drops.map(({ portId, reason, packets }) => ({ portId: portId as PortId, reason, packets }));
  await store.write(async ({ observed }) => {
    if (leases.length > 0) await observed.setLeases(leases, now);
    if (learned.length > 0) await observed.setLearned(learned);
    if (drops.length > 0) await observed.setDrops(drops);
    return ok(undefined);
  });
}
