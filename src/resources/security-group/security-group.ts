import type { Standard } from '../../kit/index.ts';
import type { SecurityGroupId } from '../ids.ts';

/** A set of rules about the packets of its ports (neutron extensions/securitygroup.py). Its rules are entities of their own. */
export interface SecurityGroup extends Standard {
  readonly id: SecurityGroupId;
  readonly name: string;
  /** Whether replies to an admitted packet pass, too (neutron-lib api/definitions/stateful_security_group.py). */
  readonly stateful: boolean;
  /** Whether a policy lets every project use it. */
  readonly shared: boolean;
  /** The one that ports of its project get whose request names no groups. Made on the project's first use. */
  readonly isDefault: boolean;
}
