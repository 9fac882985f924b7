import { anAddress } from '../../../gaps/workbench/frames.ts';
import { data, pretend, send } from '../../../gaps/workbench/trains.ts';
import { type PortCreate, unwrap } from '../../../src/client/index.ts';
import type { Line } from '../line.ts';

type Pair = NonNullable<PortCreate['allowed_address_pairs']>[number];

/** Sources that no packet may have (RFC 4291 §2.5.3 and §2.7, IEEE 802 group addresses). */
const pairs: readonly Pair[] = [
  { ip_address: 'ff00::/8' },
  { ip_address: 'ff02::1' },
  { ip_address: '::1' },
  { ip_address: '2001:db8:a:ffff::6', mac_address: '33:33:00:00:00:01' },
  { ip_address: '224.0.0.0/4' },
  { ip_address: '2001:db8:a:ffff::6', mac_address: '01:00:5e:00:00:01' },
];

/** The API is asked for pairs whose address or MAC can't be a source. */
export const neverSources: Line = {
  number: 10,
  title: 'asks for an allowed address pair that can never be a source, and sends from it',
  needsApi: true,
  isUncounted: true,
  trains: pairs.length,
  async train(stage) {
    const { attacker, scene, number } = stage;
    const { api } = scene.bench.tenant;
    const pair = pairs[number % pairs.length];
    const answer = await api.ports.update(attacker.port.id, { allowed_address_pairs: pair ? [pair] : [] });
    for (const source of ['ff02::1', '::1']) await send(stage, ...data(stage, pretend(stage, anAddress(source))));
    return {
      harm: { accepted: answer.ok ? 1 : 0 },
      undo: async () => unwrap(await api.ports.update(attacker.port.id, { allowed_address_pairs: [] })),
    };
  },
};
