import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '../lab/index.ts';

const wire = 'mutation';
const bridge = 'br-mutation';

/** A wire that joins all tenants' networks until it is cut. */
export interface JoinedNetworks {
  cut(): Promise<void>;
}

/**
 * Joins every logical switch to one physical network by a localnet port, as an operator's mistake would: what one tenant
 * sends, another hears. It works on OVN from outside, so new switches are looked for again and again.
 */
export async function joinNetworks(lab: Lab): Promise<JoinedNetworks> {
  await Promise.all(
    lab.hosts.map((host) =>
      host.vsctl(
        ...['add-br', bridge, '--', 'set', 'Bridge', bridge, 'datapath_type=netdev', 'fail-mode=standalone'],
        ...['--', 'set', 'Open_vSwitch', '.', `external_ids:ovn-bridge-mappings=${wire}:${bridge}`],
      ),
    ),
  );
  const over = new AbortController();
  const watching = watch(lab, over.signal);
  return {
    async cut() {
      over.abort();
      await watching;
    },
  };
}

async function watch(lab: Lab, signal: AbortSignal): Promise<void> {
  const joined = new Set<string>();
  while (!signal.aborted) {
    const names = (await lab.central.nbctl('--bare', '--columns=name', 'list', 'Logical_Switch')).split(/\s+/);
    for (const name of names.filter((one) => one !== '' && !joined.has(one))) {
      joined.add(name);
      await join(lab, name);
    }
    await delay(50, undefined, { signal }).catch(() => undefined);
  }
}

/** The switch may be gone again by now: that is no failure. */
async function join({ central }: Lab, logicalSwitch: string): Promise<void> {
  const port = `${wire}-${logicalSwitch}`;
  await central
    .nbctl(
      ...['lsp-add', logicalSwitch, port, '--', 'lsp-set-type', port, 'localnet'],
      ...['--', 'lsp-set-addresses', port, 'unknown', '--', 'lsp-set-options', port, `network_name=${wire}`],
    )
    .catch(() => undefined);
}
