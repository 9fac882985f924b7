import { setTimeout } from 'node:timers/promises';
import type { CapturedFrame } from '../gaps/lab/index.ts';
import { type CrowdGuest, withCrowd } from './crowd.ts';
import type { Figure } from './figure.ts';
import { isRouterAdvertisement, routerSolicitation } from './router-discovery.ts';
import { percentile } from './statistics.ts';

const crowd = { ports: 300, subnets: 1 };
const repetitions = 5;

/**
 * From the start of a host's agent, which was stopped and has 300 live ports, to the first advertisement that answers a
 * guest's solicitation; the guest solicits every 20 ms. The median. 298 are internal ports of the switch without a guest.
 */
export const agentRestart300PortsMs: Figure = {
  name: 'agent_restart_300_ports_ms',
  unit: 'ms',
  scope: 'lab',
  async measure(bench) {
    const site = await bench.site();
    const agent = site.sextant.agents.get('h1');
    if (!agent) throw new Error('no agent runs on h1');
    return await withCrowd(site, crowd, async ({ guests: [asking] }) => {
      const times: number[] = [];
      for (let index = 0; index < repetitions; index += 1) {
        await agent.stop();
        const started = Date.now();
        const [answered] = await Promise.all([answerTo(asking), agent.start()]);
        times.push(answered - started);
        bench.progress(`${times.at(-1)?.toFixed(0)} ms`);
        await setTimeout(3_000); // until the agent has done whatever it does after its start
      }
      return percentile(times, 50);
    });
  },
};

/** When the guest is answered, in milliseconds since the Unix epoch. What is sent to all, unasked, is no answer. */
async function answerTo({ guest, port }: CrowdGuest): Promise<number> {
  const capture = await guest.capture();
  const solicitation = routerSolicitation(port.mac_address);
  const own = port.mac_address.replaceAll(':', '');
  const isAnswer = (frame: CapturedFrame) =>
    isRouterAdvertisement(frame) && Buffer.from(frame.bytes.subarray(0, 6)).toString('hex') === own;
  try {
    for (let attempt = 0; attempt < 3_000; attempt += 1) {
      await guest.inject([solicitation]);
      const answer = capture.frames.find(isAnswer);
      if (answer) return answer.at;
      await setTimeout(20);
    }
  } finally {
    await capture.stop();
  }
  throw new Error(`nobody answers the guest of port ${port.id}`);
}
