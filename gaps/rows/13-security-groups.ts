import type { Context, Row } from '../contract.ts';
import { expect } from '../probe.ts';
import { checkConnections } from '../workbench/filter-connections.ts';
import { checkFragments } from '../workbench/filter-fragments.ts';
import { checkHeaders } from '../workbench/filter-headers.ts';
import { checkPeers } from '../workbench/filter-peers.ts';
import { checkRuleRefusals } from '../workbench/filter-refusals.ts';
import { allKinds, expectAdmission, type FilterScene, makeFilterScene } from '../workbench/filter-scene.ts';
import { solicitRouter } from '../workbench/frames.ts';
import { expectDuplicateFound, expectResolvedOnly } from '../workbench/neighbours.ts';
import { addressOf } from '../workbench/workbench.ts';

/** The group of one guest is given one set of rules after the other, while two others send to it what they admit and what not. */
export const securityGroups: Row = {
  id: '13',
  title: 'Full support for IPv6 matching (i.e. IPv6, ICMPv6, TCP, UDP) in security groups',
  claim:
    'Rules match ethertype, every protocol name and number, ICMPv6 type and code, port ranges, remote prefixes, groups and address groups, statefully, over fragments and extension headers, and ND keeps working under a default-deny group.',
  source: ['Networking API v2.0, security-group and address-group extensions', 'RFC 4890'],
  timeoutSeconds: 240,
  async check(context) {
    const scene = await makeFilterScene(context);
    await checkDefaultDeny(context, scene);
    await checkHeaders(context, scene);
    await checkFragments(context, scene);
    await checkConnections(context, scene);
    await checkPeers(context, scene);
    await checkRuleRefusals(context, scene.bench);
  },
};

async function checkDefaultDeny({ probe }: Context, scene: FilterScene): Promise<void> {
  const { target, near, far, v6, v4 } = scene;
  const address = addressOf(target.port, v6);
  await probe.part(
    'a group without rules: nothing but ND and ARP comes through',
    async (note) => {
      for (const { guest } of [near, far]) {
        for (const subnet of [v6, v4])
          await expectResolvedOnly(
            guest,
            { address: addressOf(target.port, subnet), mac: target.port.mac_address },
            note,
          );
      }
      const { received } = await target.guest.ping(addressOf(far.port, v6), { count: 3, waitSeconds: 0.3 });
      expect(received === 0, 'the guest itself reaches others');
      await expectAdmission(scene, { rules: [], packets: allKinds, admitted: [] }, note);
    },
    { essential: true },
  );
  await probe.part('a group without rules: addresses by RA, and duplicates found', async (note) => {
    note(`SLAAC gave ${address}`);
    await solicitRouter(target.guest, target.interface, note);
    // Across hosts, so that it is the group's port that lets the solicitation in or the answer out.
    await expectDuplicateFound(far, address, note);
    await expectDuplicateFound(target, addressOf(far.port, v6), note);
  });
}
