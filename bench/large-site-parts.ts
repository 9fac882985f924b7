/** The size of the declared site, and the database that holds it. */
export interface LargeSiteOptions {
  readonly hosts: number;
  readonly portsPerHost: number;
  /** An even number: half of them are on the hosts with even numbers, the others on the others. */
  readonly networks: number;
  /** Default: an SQLite file on a real disk. */
  readonly database?: string;
  readonly progress?: (text: string) => void;
}

/** Every port of it has an address on each of its subnets. */
export interface SeededNetwork {
  readonly id: string;
  readonly ipv6SubnetId: string;
  readonly ipv4SubnetId: string;
}

/** The host that a port is bound to. */
export interface SeededPort {
  readonly id: string;
  readonly networkId: string;
  readonly host: string;
}
