import { addressOf } from '../../../gaps/workbench/workbench.ts';
import { unwrap } from '../../../src/client/index.ts';
import type { Line, Stage } from '../line.ts';

/**
 * The API is asked for pairs with the MAC of a neighbour and of the router: frames for them would go to the asker. Neighbours of
 * one project may share theirs, and frames go on to whose own the MAC is; a router's is refused.
 */
export const foreignMacs: Line = {
  number: 5,
  title: 'asks for an allowed address pair with the MAC of another port, or of the router',
  needsApi: true,
  isUncounted: true,
  trains: 3,
  async train(stage) {
    const { attacker, attackerHost, victim, scene } = stage;
    const mac = macFor(stage);
    const accepted = await askForMac(stage, mac);
    // ovn-controller keeps the flows that it has until it computes them anew, as it does after each restart.
    if (accepted) await recompute(attackerHost);
    return {
      reachable: [addressOf(victim.port)],
      beyondRouter: true,
      harm: { accepted: accepted && mac === scene.router.mac ? 1 : 0 },
      undo: async () =>
        unwrap(await scene.bench.tenant.api.ports.update(attacker.port.id, { allowed_address_pairs: [] })),
    };
  },
};

function macFor({ victim, scene, number }: Stage): string {
  const macs = [victim, ...scene.observers].map(({ port }) => port.mac_address);
  return [scene.router.mac, ...macs][number % 4] ?? scene.router.mac;
}

async function askForMac({ attacker, scene }: Stage, mac_address: string): Promise<boolean> {
  const pair = { ip_address: '2001:db8:a:ffff::5', mac_address };
  const answer = await scene.bench.tenant.api.ports.update(attacker.port.id, { allowed_address_pairs: [pair] });
  return answer.ok;
}

async function recompute(host: Stage['attackerHost']): Promise<void> {
  const pid = host.services['ovn-controller'].pid;
  await host.run(['ovn-appctl', '-t', `${host.directory}/ovn-controller.${pid}.ctl`, 'inc-engine/recompute']);
}
