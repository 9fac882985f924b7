import { setTimeout as delay } from 'node:timers/promises';
import type { CapturedFrame } from '../../../gaps/contract.ts';
import { removeAddress, usedAddresses } from '../../../gaps/workbench/detection.ts';
import { parseFrame } from '../../../gaps/workbench/frames.ts';
import { deny, denyOnce, repeat } from '../../../gaps/workbench/trains.ts';
import { captureAll, type PluggedPort } from '../../../gaps/workbench/workbench.ts';
import { milliseconds, waitFor } from '../../../src/base/index.ts';
import { type Address, formatAddress, isUnspecified } from '../../../src/ip/index.ts';
import { type Aftermath, freshAddress, type Line, type Stage } from '../line.ts';

/** Every second time the victim starts over with addresses that the attacker can only hear of; else it guesses right. */
export const denial: Line = {
  number: 3,
  title: 'advertises, or claims too, an address that its owner is detecting',
  train: (stage) => (stage.number % 2 === 1 ? denyStart(stage) : denyAddress(stage)),
};

async function denyAddress(stage: Stage): Promise<Aftermath> {
  const address = freshAddress(stage, 3);
  const text = formatAddress(address);
  const isUnique = (await deny(stage, address)) === 'unique';
  return {
    reachable: isUnique ? [text] : [],
    harm: { denied: isUnique ? 0 : 1 },
    undo: () => removeAddress(stage.victim, text),
  };
}

/** Answers each detection of the victim that it hears. */
async function denyStart(stage: Stage): Promise<Aftermath> {
  const { attacker, victim } = stage;
  const [ears] = await captureAll([attacker]);
  if (!ears) throw new Error('the attacker has an interface');
  const answered = new Set<string>();
  const attack = repeat(async () => {
    const heard = ears.frames.flatMap((frame) => detectedIn(frame, victim.port.mac_address) ?? []);
    for (const address of heard.filter((one) => !answered.has(formatAddress(one)))) {
      answered.add(formatAddress(address));
      await denyOnce(stage, address);
    }
    await delay(5);
  });
  await startOver(victim);
  const isUp = async () => (await usedAddresses(victim)).some((address) => !address.startsWith('fe80:'));
  const up = await waitFor('the victim to be up', isUp, { within: milliseconds(15_000) }).catch(() => false);
  await attack.stop();
  await ears.stop();
  const failed = (await victim.guest.addresses(victim.interface)).filter(({ dadFailed }) => dadFailed);
  return {
    reachable: up ? await usedAddresses(victim) : [],
    isSilent: answered.size === 0,
    harm: { denied: failed.length + (up ? 0 : 1) },
  };
}

/** The guest's kernel begins again, with link-local and global addresses of a new secret (RFC 7217). */
async function startOver({ guest, interface: name }: PluggedPort): Promise<void> {
  for (const change of ['down', 'addrgenmode none', 'addrgenmode random', 'up'])
    await guest.run(['ip', 'link', 'set', 'dev', name, ...change.split(' ')]);
}

function detectedIn(frame: CapturedFrame, mac: string): Address | undefined {
  const parsed = frame.direction === 'in' ? parseFrame(frame) : undefined;
  if (parsed?.ethernet.source !== mac || !parsed.ipv6 || !isUnspecified(parsed.ipv6.source)) return undefined;
  return parsed.icmpv6?.kind === 'neighbor-solicitation' ? parsed.icmpv6.target : undefined;
}
