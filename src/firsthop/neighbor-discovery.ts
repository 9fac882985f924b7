import { formatAddress } from '../ip/index.ts';
import { responder } from './bindings.ts';
import { type FlowWriter, goto, isBound, lackAddress, lookUpBinding } from './flow.ts';
import { has } from './registers.ts';
import { tables } from './tables.ts';

const noMac = '00:00:00:00:00:00';
const solicitation = ['icmp6', 'icmp_type=135'];
const advertisement = ['icmp6', 'icmp_type=136'];
/** What OpenFlow can match of RFC 4861 §7.1.1 and §7.1.2; receivers ignore the rest, and defend no address against it. */
const valid = ['nw_ttl=255', 'icmp_code=0'];

const target = 'move:NXM_NX_ND_TARGET[]->NXM_NX_XXREG1[]';
const detect = `${target},${lookUpBinding},${goto(tables.duplicateDetection)}`;
const advertise = `${target},${lookUpBinding},${goto(tables.advertisedTarget)}`;

/** Inspects what guests say as neighbours, and takes their DAD for a claim (FCFS SAVI, RFC 6620). */
export function inspectNeighborDiscovery(writer: FlowWriter): void {
  inspectMessages(writer);
  inspectOptions(writer);
  decideDetection(writer);
}

function inspectMessages(writer: FlowWriter): void {
  const table = tables.neighborDiscovery;
  const kinds = [
    { kind: solicitation, option: 'nd_sll', next: goto(tables.source) },
    { kind: advertisement, option: 'nd_tll', next: advertise },
  ];
  for (const { kind, option, next } of kinds) {
    // Also what Open vSwitch shows for options that contradict each other.
    writer.drop(table, 110, 'malformed-nd', [...kind, 'nd_target=::']);
    writer.write(table, 90, [...kind, ...valid, `${option}=${noMac}`], next);
    const lookUpOption = `move:NXM_NX_${option.toUpperCase()}[]->OXM_OF_METADATA[0..47],resubmit(,${tables.linkLayer})`;
    writer.write(table, 80, [...kind, ...valid], `${lookUpOption},${goto(tables.linkLayerVerdict)}`);
    writer.drop(table, 70, 'nd-hop-limit', kind);
  }
  writer.write(table, 120, [...solicitation, ...valid, 'ipv6_src=::', `nd_sll=${noMac}`], detect);
  writer.drop(table, 110, 'malformed-nd', [...solicitation, 'ipv6_src=::']); // RFC 4861 §4.3: no option then
  writer.write(table, 0, [], goto(tables.source));
}

/** A link-layer option that names another MAC is how neighbour caches are poisoned. */
function inspectOptions(writer: FlowWriter): void {
  const confirmed = has('linkLayerConfirmed');
  writer.write(tables.linkLayerVerdict, 10, [confirmed, ...solicitation], goto(tables.source));
  writer.write(tables.linkLayerVerdict, 10, [confirmed, ...advertisement], advertise);
  writer.drop(tables.linkLayerVerdict, 0, 'nd-link-layer-address');
  judgeTarget(writer);
}

/** What a guest answers to the first hop itself tells that it has the address, so the agent is shown it, too. */
function judgeTarget(writer: FlowWriter): void {
  const table = tables.advertisedTarget;
  const toResponder = [isBound, ...advertisement, `ipv6_dst=${formatAddress(responder.linkLocal)}`];
  writer.write(table, 20, toResponder, `resubmit(,${tables.source}),resubmit(,${tables.presence})`);
  writer.write(table, 10, [isBound], goto(tables.source));
  writer.write(table, 0, [], lackAddress('nd-target'));
}

/**
 * An address that the port has may be detected. Any other is a claim, which grants nothing, and of which the network hears
 * nothing: the agent asks the controller. A second MAC, of an allowed address pair, has its pair's addresses alone.
 */
function decideDetection(writer: FlowWriter): void {
  const table = tables.duplicateDetection;
  writer.write(table, 40, [isBound], goto(tables.admitDetection));
  writer.write(table, 30, [has('ownMac')], goto(tables.claimByDetection));
  writer.drop(table, 0, 'nd-target');
}
