import { anAddress } from '../../../gaps/workbench/frames.ts';
import { advertisement, allNodes, claim } from '../../../gaps/workbench/neighbor-frames.ts';
import { advertisements, data, pretend, send } from '../../../gaps/workbench/trains.ts';
import { addressOf } from '../../../gaps/workbench/workbench.ts';
import { formatAddress } from '../../../src/ip/index.ts';
import type { Line, Stage } from '../line.ts';

/** The link-local gateway, the router's addresses (one is the subnet-router anycast address), and the network's responder. */
export const gateways: Line = {
  number: 8,
  title: 'claims the address of a gateway, and advertises and uses it',
  async train(stage) {
    const all = gatewaysOf(stage);
    const forged = pretend(stage, anAddress(all[stage.number % all.length] ?? stage.scene.linkLocalGateway));
    await send(stage, claim(forged));
    await stage.pause();
    await send(stage, ...advertisements(stage, forged), advertisement(forged, { to: allNodes, router: true }));
    await stage.pause();
    await send(stage, ...data(stage, forged));
    return { reachable: [addressOf(stage.victim.port)], beyondRouter: true };
  },
};

function gatewaysOf({ scene }: Stage): readonly string[] {
  return [scene.linkLocalGateway, scene.gateway, formatAddress(scene.router.address), 'fe80::a9fe:a9fe'];
}
