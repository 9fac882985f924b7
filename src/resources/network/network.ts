import type { Standard } from '../../kit/index.ts';
import type { NetworkId } from '../ids.ts';

/** A layer-2 segment: one OVN logical switch (neutron-lib api/definitions/network.py). */
export interface Network extends Standard {
  readonly id: NetworkId;
  readonly name: string;
  readonly adminStateUp: boolean;
  /** Visible to, and usable by, every project. Only an administrator may set it. */
  readonly shared: boolean;
  readonly status: 'ACTIVE' | 'DOWN' | 'BUILD' | 'ERROR';
  /** Largest IP packet of a guest, in bytes. */
  readonly mtuBytes: number;
  /** The value for ports of this network whose request does not name one. */
  readonly portSecurityEnabled: boolean;
  readonly networkType: 'geneve';
  /** Geneve's virtual network identifier, unique among the networks. Range 1-65535: OVN's datapath tunnel keys that leave room for its own. */
  readonly segmentationId: number;
}
