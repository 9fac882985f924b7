import type { FlowCounter, Host } from '../../gaps/lab/index.ts';
import { milliseconds, waitFor } from '../../src/base/index.ts';
import type { Port } from '../../src/client/index.ts';
import { type DropReason, dropReason } from '../../src/firsthop/index.ts';

/** Packets that a host has dropped of one port, by reason. */
export type Drops = ReadonlyMap<DropReason | 'first packets', number>;

/** Reads the counters of one port, as its agent does. */
export async function readDrops(host: Host, { id }: Port): Promise<Drops> {
  const drops = new Map<DropReason | 'first packets', number>();
  for (const { table, match, packets, actions } of await readFlows(host)) {
    const fields = new Map(match.split(',').map((field) => field.split('=') as [string, string]));
    if (actions !== 'drop' || fields.get('in_port')?.replaceAll('"', '') !== `tap${id.slice(0, 11)}`) continue;
    const reason = dropReason({ table, match: fields }) ?? 'first packets';
    drops.set(reason, (drops.get(reason) ?? 0) + packets);
  }
  return drops;
}

/** The switch may be starting again, or have too much to do to answer at once. */
function readFlows(host: Host): Promise<readonly FlowCounter[]> {
  return waitFor(`the flows of ${host.name}`, () => host.flows('br-hop').catch(() => undefined), {
    within: milliseconds(20_000),
    every: milliseconds(200),
  });
}

/** Packets in all. */
export function countAll(drops: Drops): number {
  return [...drops.values()].reduce((sum, packets) => sum + packets, 0);
}

/** As `nd-target 12, wrong-source-ipv6 30`, those since an earlier reading. */
export function describeDrops(drops: Drops, earlier: Drops): string {
  const since = [...drops].map(([reason, packets]) => [reason, packets - (earlier.get(reason) ?? 0)] as const);
  return since
    .filter(([, packets]) => packets > 0)
    .map(([reason, packets]) => `${reason} ${packets}`)
    .join(', ');
}
