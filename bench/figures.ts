import { agentRestart300PortsMs } from './agent-restart-300-ports-ms.ts';
import { agentRssMb100Ports } from './agent-rss-mb-100-ports.ts';
import { bulkPortsPerS10000 } from './bulk-ports-per-s-10000.ts';
import { bulkWriterWaitP99Ms } from './bulk-writer-wait-p99-ms.ts';
import { claimGrantedP50Ms } from './claim-granted-p50-ms.ts';
import { claimGrantedP99Ms } from './claim-granted-p99-ms.ts';
import { claimGrantedP99Ms1000PerS } from './claim-granted-p99-ms-1000-per-s.ts';
import { claimsPerS100Hosts } from './claims-per-s-100-hosts.ts';
import { controllerRssMb10000Ports } from './controller-rss-mb-10000-ports.ts';
import { controllerRssMb100000Ports } from './controller-rss-mb-100000-ports.ts';
import { controllerRssMb400000Bindings } from './controller-rss-mb-400000-bindings.ts';
import { fanout500HostsMs } from './fanout-500-hosts-ms.ts';
import { fanoutGetP99Ms } from './fanout-get-p99-ms.ts';
import type { Figure } from './figure.ts';
import { flowsPerPort10Subnets } from './flows-per-port-10-subnets.ts';
import { hostsBack1000S } from './hosts-back-1000-s.ts';
import { hostsJoin1000S } from './hosts-join-1000-s.ts';
import { hostsJoinGetP99Ms } from './hosts-join-get-p99-ms.ts';
import { hostsJoinRssMb } from './hosts-join-rss-mb.ts';
import { list100000PortsMs } from './list-100000-ports-ms.ts';
import { ovsdbIngestRowsPerS } from './ovsdb-ingest-rows-per-s.ts';
import { portGetPerSC8 } from './port-get-per-s-c8.ts';
import { portList10000Ms } from './port-list-10000-ms.ts';
import { portPostP50MsC1 } from './port-post-p50-ms-c1.ts';
import { portPostP99MsC8 } from './port-post-p99-ms-c8.ts';
import { portPostP99MsC8OvnNiced } from './port-post-p99-ms-c8-ovn-niced.ts';
import { portPostPerSC8 } from './port-post-per-s-c8.ts';
import { portPostPerSC8OvnNiced } from './port-post-per-s-c8-ovn-niced.ts';
import { postToNbP99Ms } from './post-to-nb-p99-ms.ts';
import { postToNbP99MsOvnNiced } from './post-to-nb-p99-ms-ovn-niced.ts';
import { postToPingP50Ms } from './post-to-ping-p50-ms.ts';
import { raReplyP99Ms } from './ra-reply-p99-ms.ts';
import { resync1000PortsMs } from './resync-1000-ports-ms.ts';
import { resync100000PortsS } from './resync-100000-ports-s.ts';
import { resyncAgainOperations } from './resync-again-operations.ts';
import { subnetTo300PortsMs } from './subnet-to-300-ports-ms.ts';
import { vswitchdRestart300PortsMs } from './vswitchd-restart-300-ports-ms.ts';

/** THE list of figures, in the order in which they are measured: those that fill the API with ports come last. */
export const figures: readonly Figure[] = [
  postToNbP99Ms,
  postToPingP50Ms,
  raReplyP99Ms,
  agentRssMb100Ports,
  postToNbP99MsOvnNiced,
  portPostPerSC8OvnNiced,
  portPostP99MsC8OvnNiced,
  flowsPerPort10Subnets,
  subnetTo300PortsMs,
  agentRestart300PortsMs,
  vswitchdRestart300PortsMs,
  resync1000PortsMs,
  resyncAgainOperations,
  ovsdbIngestRowsPerS,
  claimGrantedP50Ms,
  claimGrantedP99Ms,
  claimsPerS100Hosts,
  claimGrantedP99Ms1000PerS,
  portPostP50MsC1,
  portPostPerSC8,
  portPostP99MsC8,
  portGetPerSC8,
  portList10000Ms,
  controllerRssMb10000Ports,
  controllerRssMb100000Ports,
  list100000PortsMs,
  resync100000PortsS,
  hostsJoin1000S,
  hostsJoinRssMb,
  hostsJoinGetP99Ms,
  fanout500HostsMs,
  fanoutGetP99Ms,
  hostsBack1000S,
  controllerRssMb400000Bindings,
  bulkPortsPerS10000,
  bulkWriterWaitP99Ms,
];
