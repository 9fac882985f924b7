import { detectionOf } from '../../../gaps/workbench/detection.ts';
import { aMac } from '../../../gaps/workbench/frames.ts';
import { claim } from '../../../gaps/workbench/neighbor-frames.ts';
import { advertisements, data, impersonate, pretend, send } from '../../../gaps/workbench/trains.ts';
import { type Address, eui64, formatAddress } from '../../../src/ip/index.ts';
import type { Line, Stage } from '../line.ts';

/** First the attacker has it by right, then it is another port's; that guest must get and keep it. */
export const reassignment: Line = {
  number: 6,
  title: 'learns an address that the API then gives to another port, and goes on using it',
  needsApi: true,
  async train(stage) {
    const { scene, attackerHost, placement, number } = stage;
    const mac = aMac(`fa:16:3e:06:${placement === 'on one host' ? '01' : '02'}:${hex(number)}`);
    const address = eui64(scene.prefix, mac);
    const text = formatAddress(address);
    stage.ownedUntil.set(text, Infinity);
    await send(stage, claim(pretend(stage, address)));
    await stage.pause();
    const host = placement === 'on one host' ? attackerHost.name : scene.observers[1]?.guest.host;
    const owner = await scene.bench.plug({
      host: host ?? attackerHost.name,
      network: scene.network,
      port: { mac_address: mac },
    });
    stage.ownedUntil.set(text, Date.now());
    const detection = await detectionOf(owner, text);
    await insist(stage, address);
    return {
      reachable: [text],
      beyondRouter: true,
      harm: { denied: detection === 'unique' ? 0 : 1 },
      undo: async () => {
        await owner.guest.remove();
        await scene.bench.tenant.api.ports.delete(owner.port.id);
      },
    };
  },
};

/** Data at once, as its old binding would admit it, and then all over again. */
async function insist(stage: Stage, address: Address): Promise<void> {
  const forged = pretend(stage, address);
  await send(stage, ...data(stage, forged), ...advertisements(stage, forged));
  await stage.pause();
  await impersonate(stage, address);
}

function hex(number: number): string {
  return (number % 256).toString(16).padStart(2, '0');
}
