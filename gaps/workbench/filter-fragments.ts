import type { Context } from '../contract.ts';
import { controlPort, controlRule } from './arrivals.ts';
import { expectAdmission, type FilterScene, ingress, udp5000 } from './filter-scene.ts';
import { udp } from './packets.ts';
import { setRules } from './security-groups.ts';
import { expectNoUdp, expectUdp, serve } from './traffic.ts';
import { addressOf, type PluggedPort } from './workbench.ts';

/** A rule about ports admits all fragments of a datagram or none, although only the first carries the ports (RFC 8200 §4.5). */
export async function checkFragments({ probe }: Context, scene: FilterScene): Promise<void> {
  const { bench, subject, target, near, far, v6 } = scene;
  for (const port of [5000, 5001, controlPort]) await serve(target.guest, '::', port);
  const whole = { count: 1, size: 4_000 };
  await probe.part('a datagram of 4,000 octets arrives whole where a rule admits its port, else not', async (note) => {
    await setRules(bench.tenant.api, subject, [controlRule, ingress(udp5000)]);
    const send = async ({ guest }: PluggedPort) => {
      const flow = { from: guest, to: addressOf(target.port, v6), note };
      await expectUdp({ ...flow, port: 5000 }, whole);
      await expectNoUdp({ ...flow, port: 5001 }, whole);
    };
    await Promise.all([near, far].map(send));
  });
  await probe.part('its fragments in any order', async (note) => {
    const packets = Object.fromEntries(
      Object.entries(orders).flatMap(([name, pieces]) =>
        [5000, 5001].map((port) => [`${port} ${name}`, udp(port, { payloadBytes: 4_000, pieces })] as const),
      ),
    );
    const admitted = Object.keys(orders).map((name) => `5000 ${name}`);
    await expectAdmission(scene, { rules: [ingress(udp5000)], packets, admitted, echoed: true }, note);
  });
}

/** Offset and length in bytes: within the MTU, and no smaller than guards against tiny fragments let through. */
const [first, middle, last] = [
  [0, 1344],
  [1344, 1344],
  [2688, 1344],
] as const;
const orders = {
  'in order': [first, middle, last],
  'the middle last': [first, last, middle],
  'the first second': [middle, first, last],
  'the first last': [middle, last, first],
  'the last first': [last, first, middle],
  'in reverse': [last, middle, first],
};
