import { unwrap } from '../../src/client/index.ts';
import type { Context } from '../contract.ts';
import { expect, type Note } from '../probe.ts';
import { controlRule, expectArrivals } from './arrivals.ts';
import { type FilterScene, ingress, packetBetween, udp5000, within } from './filter-scene.ts';
import { anAddress, present } from './frames.ts';
import { udp } from './packets.ts';
import { type Rule, setRules } from './security-groups.ts';
import { addressOf, type PluggedPort } from './workbench.ts';

/** Whom a rule admits: by prefix, by group and by address group. */
export async function checkPeers({ probe, tag }: Context, scene: FilterScene): Promise<void> {
  await probe.part('remote prefix', (note) => expectPrefixes(scene, note));
  await probe.part('remote group: its members reach, while they are in it', (note) => expectMembers(scene, note));
  await probe.part('remote group: a temporary address of a member counts', (note) => expectTemporary(scene, note));
  await probe.part('the default group admits its own members alone', (note) => expectDefaultGroup(scene, note));
  await probe.part('remote address group, while its addresses come and go', (note) =>
    expectAddressGroup(scene, tag, note),
  );
}

async function expectPrefixes(scene: FilterScene, note: Note): Promise<void> {
  const { near, far, v6 } = scene;
  const alone = `${addressOf(near.port, v6)}/128`;
  await expectAdmitted(scene, { rule: { remote_ip_prefix: alone }, senders: [near], note });
  await expectAdmitted(scene, { rule: { remote_ip_prefix: v6.cidr }, senders: [near, far], note });
  await expectAdmitted(scene, { rule: { remote_ip_prefix: '2001:db8:ffff::/48' }, senders: [], note });
}

async function expectMembers(scene: FilterScene, note: Note): Promise<void> {
  const { members, near, far } = scene;
  const rule = { remote_group_id: members.id };
  await expectAdmitted(scene, { rule, senders: [], note });
  await withMembers(scene, [near], async () => {
    await expectAdmitted(scene, { rule, senders: [near], note });
    await withMembers(scene, [far], () => expectAdmitted(scene, { rule, senders: [near, far], note }));
    await expectAdmitted(scene, { rule, senders: [near], note });
  });
  await expectAdmitted(scene, { rule, senders: [], note });
}

/** No API call told the cloud of this address: it has to learn it from the guest. */
async function expectTemporary(scene: FilterScene, note: Note): Promise<void> {
  const { bench, subject, members, target, near, v6 } = scene;
  const addresses = await near.guest.addresses(near.interface);
  const temporary = addresses.find((one) => one.temporary && one.scope === 'global' && !one.tentative);
  const { address } = present(temporary, `a temporary address of ${near.guest.name}`);
  const packet = packetBetween({ from: near, to: target, subnet: v6 }, address, udp(5000));
  const packets = [{ ...packet, from: { ...packet.from, address: anAddress(address) } }];
  await setRules(bench.tenant.api, subject, [controlRule, ingress({ ...udp5000, remote_group_id: members.id })]);
  await expectArrivals({ target, packets, wanted: [], note });
  await withMembers(scene, [near], () => expectArrivals({ target, packets, wanted: [address], note }));
}

/** The target is in two groups then, and each of them admits. */
async function expectDefaultGroup(scene: FilterScene, note: Note): Promise<void> {
  const { bench, subject, target, near } = scene;
  const { api, projectId } = bench.tenant;
  const [group] = unwrap(await api.securityGroups.list({ name: 'default', project_id: projectId }));
  expect(group, 'the project has no default group');
  await setRules(api, subject, [controlRule]);
  const groups = new Map([
    [target, [subject.id, group.id]],
    [near, [group.id]],
  ]);
  await within(scene, groups, () => expectArrivals({ ...trialOf(scene, [near]), note }));
}

async function expectAddressGroup(scene: FilterScene, name: string, note: Note): Promise<void> {
  const { bench, subject, near, far, v6 } = scene;
  const { api } = bench.tenant;
  const [alone, other] = [`${addressOf(near.port, v6)}/128`, `${addressOf(far.port, v6)}/128`];
  const group = unwrap(await api.addressGroups.create({ name, addresses: [alone] }));
  const rule = { remote_address_group_id: group.id };
  try {
    await expectAdmitted(scene, { rule, senders: [near], note });
    unwrap(await api.addressGroups.addAddresses(group.id, { addresses: [other] }));
    await expectAdmitted(scene, { rule, senders: [near, far], note });
    unwrap(await api.addressGroups.removeAddresses(group.id, { addresses: [alone] }));
    await expectAdmitted(scene, { rule, senders: [far], note });
  } finally {
    // A group that a rule names can't be deleted.
    await setRules(api, subject, [controlRule]);
    unwrap(await api.addressGroups.delete(group.id));
  }
}

interface Admitted {
  readonly rule: Partial<Rule>;
  /** Whose datagrams the rule admits; the other one sends, too. */
  readonly senders: readonly PluggedPort[];
  readonly note: Note;
}

async function expectAdmitted(scene: FilterScene, { rule, senders, note }: Admitted): Promise<void> {
  const { bench, subject } = scene;
  note(`UDP port 5000 from ${Object.entries(rule).join(' ')}`);
  await setRules(bench.tenant.api, subject, [controlRule, ingress({ ...udp5000, ...rule })]);
  await expectArrivals({ ...trialOf(scene, senders), note });
}

function trialOf({ target, near, far, v6 }: FilterScene, senders: readonly PluggedPort[]) {
  const nameOf = ({ guest }: PluggedPort) => `UDP 5000 from ${guest.host}`;
  const packets = [near, far].map((from) => packetBetween({ from, to: target, subnet: v6 }, nameOf(from), udp(5000)));
  return { target, packets, wanted: senders.map(nameOf) };
}

/** They are in the members' group besides until the work is done. */
function withMembers(scene: FilterScene, members: readonly PluggedPort[], work: () => Promise<void>): Promise<void> {
  const groupsOf = ({ port }: PluggedPort) => [...(port.security_groups ?? []), scene.members.id];
  return within(scene, new Map(members.map((one) => [one, groupsOf(one)])), work);
}
