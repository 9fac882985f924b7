import { usedAddresses } from '../../../gaps/workbench/detection.ts';
import { anAddress } from '../../../gaps/workbench/frames.ts';
import { solicitation } from '../../../gaps/workbench/neighbor-frames.ts';
import { impersonate, pretend, send } from '../../../gaps/workbench/trains.ts';
import { addressOf } from '../../../gaps/workbench/workbench.ts';
import type { Line } from '../line.ts';

/** A race for an address that is in use: its fixed, temporary and link-local ones in turn. */
export const impersonation: Line = {
  number: 1,
  title: 'claims an address that is in use, advertises it, and sends from it',
  async train(stage) {
    const all = await usedAddresses(stage.victim);
    const stolen = all[stage.number % all.length] ?? addressOf(stage.victim.port);
    await impersonate(stage, anAddress(stolen));
    return { reachable: [stolen] };
  },
};

/** The same, and then the router is told. */
export const routerPoisoning: Line = {
  number: 4,
  title: 'claims an address that is in use, advertises it, and solicits the router from it',
  async train(stage) {
    const stolen = addressOf(stage.victim.port);
    await impersonate(stage, anAddress(stolen));
    await stage.pause();
    const { router } = stage.scene;
    const told = solicitation(pretend(stage, anAddress(stolen)), router.address, router);
    await send(stage, told, told, told);
    return { reachable: [stolen], beyondRouter: true };
  },
};
