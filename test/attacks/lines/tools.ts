import { setTimeout as delay } from 'node:timers/promises';
import { addAddress, detectionOf, removeAddress } from '../../../gaps/workbench/detection.ts';
import { ownAddresses } from '../../../gaps/workbench/workbench.ts';
import { formatAddress } from '../../../src/ip/index.ts';
import { freshAddress, type Line, type Stage } from '../line.ts';

/** Long enough for the victim's detection to fall into it. */
const millisecondsPerTool = 3_000;
const rogue = '2001:db8:bad::/64';

/** Debian's thc-ipv6 with its own options, one tool after the other, while the victim takes an address. */
export const tools: Line = {
  number: 11,
  title: 'runs the tools of thc-ipv6',
  isUncounted: true, // some of them wait for packets that never come
  async train(stage) {
    const { attacker, victim } = stage;
    const address = formatAddress(freshAddress(stage, 11));
    const running = attacker.guest.spawn(toolOf(stage));
    await delay(millisecondsPerTool / 10);
    await addAddress(victim, address);
    const [detection] = await Promise.all([detectionOf(victim, address), delay(millisecondsPerTool)]);
    await running.stop('SIGKILL');
    return {
      reachable: [address, ...ownAddresses(victim)].filter((one) => !one.startsWith('fe80:')),
      beyondRouter: true,
      harm: { denied: detection === 'unique' ? 0 : 1 },
      undo: () => removeAddress(victim, address),
    };
  },
};

/** The command line of the tool whose turn it is. */
function toolOf({ attacker, victim, scene, number, random }: Stage): readonly string[] {
  const { interface: name } = attacker;
  const own = formatAddress(scene.router.address);
  const stolen = random.pick(ownAddresses(victim));
  const commands: readonly (readonly string[])[] = [
    ['dos-new-ip6', name],
    ['fake_advertise6', '-w', '1', name, stolen],
    ['parasite6', '-l', name],
    ['dos-new-ip6', '-S', name],
    ['fake_router6', name, rogue],
    ['fake_advertise6', '-F', '-w', '1', name, stolen],
    ['parasite6', '-l', '-R', name],
    ['fake_router26', '-A', rogue, '-R', '::/0', '-E', 'F', '-i', '1', name],
    ['fake_router26', '-A', rogue, '-E', 'H', '-i', '1', name],
    ['fake_router26', '-A', rogue, '-E', '1', '-i', '1', name],
    ['flood_router26', name],
    ['flood_router26', '-F', name],
    ['flood_advertise6', '-k', name],
    ['flood_advertise6', name],
    ['flood_solicitate6', '-k', name],
    ['fake_solicitate6', name, stolen],
    ['flood_rs6', '-s', name],
    ['flood_mld6', name],
    ['flood_mldrouter6', name],
    ['flood_redir6', name],
    ['flood_dhcpc6', '-N', name],
    ['fake_dhcps6', name, rogue, '2001:db8:bad::53'],
    ['fake_mldrouter6', '-l', name, 'advertise'],
    ['redir6', name, stolen, '2001:db8:ffff::1', own, formatAddress(scene.prefix.address)],
    ['kill_router6', name, own],
    ['ndpexhaust26', name, `${formatAddress(scene.prefix.address)}/64`],
  ];
  const [program = '', ...options] = commands[number % commands.length] ?? [];
  return [`atk6-${program}`, ...options];
}
