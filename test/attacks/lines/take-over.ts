import { setTimeout as delay } from 'node:timers/promises';
import { removeAddress } from '../../../gaps/workbench/detection.ts';
import { takeOver } from '../../../gaps/workbench/trains.ts';
import { formatAddress } from '../../../src/ip/index.ts';
import { freshAddress, type Line } from '../line.ts';

/** The victim's own detection is hardly over when the attacker detects the same address, and advertises it. */
export const takeOvers: Line = {
  number: 2,
  title: 'hears a detection, waits until it is over, and claims and advertises the same address',
  async train(stage) {
    const address = freshAddress(stage, 2);
    const text = formatAddress(address);
    const detection = await takeOver(stage, address, () => delay(stage.random.integer(1_050, 1_600)));
    return {
      reachable: [text],
      harm: { denied: detection === 'unique' ? 0 : 1 },
      undo: () => removeAddress(stage.victim, text),
    };
  },
};
