import type { ChildProcess } from 'node:child_process';

/** The address family that tunnels between hosts use. */
export type UnderlayFamily = 4 | 6;
/** How hosts carry tenant frames to each other (ovn-controller(8) external_ids:ovn-encap-type). */
export type EncapsulationType = 'geneve' | 'vxlan';

/** The size of a lab, its underlay, and where its files are. */
export interface LabOptions {
  /** Up to 6 letters or digits; several labs in one network namespace need different names. Default: one of its own. */
  readonly name?: string;
  /** How many hosts, named h1, h2, ... Default 3. */
  readonly hosts?: number;
  readonly underlay?: UnderlayFamily;
  readonly encapsulation?: EncapsulationType;
  /** MTU of the underlay's links, in bytes. Default 1600, so that a guest has its 1500. */
  readonly underlayMtu?: number;
  /**
   * Nice value of OVN's processes, 0 to 19: by it they leave the processors to others, as far as machines of their own
   * would. Default 0: from 10 on, northd may stand still for minutes beside a busy API.
   */
  readonly ovnNiceness?: number;
  /** Where sockets, databases and logs live: short, for sun_path holds 108 bytes. Default: a fresh one in TMPDIR. */
  readonly directory?: string;
}

/** OVN central: NB and SB databases and northd. Endpoints have the form `unix:/path`. */
export interface Central {
  readonly northbound: string;
  readonly southbound: string;
  /** Runs ovn-nbctl against this central and answers its output. Throws when it fails. */
  nbctl(...args: string[]): Promise<string>;
  sbctl(...args: string[]): Promise<string>;
  /** Ends a database server without warning, as a crash does; `startDatabase` brings it back. */
  killDatabase(database: 'nb' | 'sb'): Promise<void>;
  /** Starts the server again, with an empty database when `empty` is set. */
  startDatabase(database: 'nb' | 'sb', options?: { readonly empty?: boolean }): Promise<void>;
  readonly services: { readonly nb: Service; readonly sb: Service; readonly northd: Service };
}

/** A hypervisor: a network namespace with its own Open vSwitch and ovn-controller. */
export interface Host {
  readonly name: string;
  /** Its network namespace, as `ip netns` knows it. */
  readonly netns: string;
  /** The host's Open_vSwitch database, `unix:/path`. */
  readonly ovsdb: string;
  /** Where this host's sockets, logs and bridge `.mgmt` sockets are (OVS_RUNDIR). */
  readonly directory: string;
  readonly tunnelAddress: string;
  /** The underlay's interface in the host's namespace: the place to watch tunnels. */
  readonly uplink: string;
  /** Runs a command in the host's namespace with OVS_RUNDIR set, so `ovs-ofctl dump-flows br-int` is this host's. */
  run(command: readonly string[], options?: RunOptions): Promise<Output>;
  vsctl(...args: string[]): Promise<string>;
  /** Counters of every OpenFlow rule on one bridge. */
  flows(bridge: string): Promise<readonly FlowCounter[]>;
  /** Ends or brings back one of the host's daemons, as a crash or an operator would. */
  killDaemon(daemon: 'ovs-vswitchd' | 'ovn-controller', signal?: NodeJS.Signals): Promise<void>;
  startDaemon(daemon: 'ovs-vswitchd' | 'ovn-controller'): Promise<void>;
  readonly services: { readonly 'ovs-vswitchd': Service; readonly 'ovn-controller': Service };
}

/** A flow of a bridge and how often it was hit. */
export interface FlowCounter {
  readonly table: number;
  /** In hexadecimal, with its 0x, as ovs-ofctl prints it. */
  readonly cookie: string;
  readonly priority: number;
  readonly packets: number;
  readonly bytes: number;
  /** The match, as ovs-ofctl prints it, without the priority. */
  readonly match: string;
  readonly actions: string;
}

/** The surroundings of a command: its input, its environment and its time. */
export interface RunOptions {
  /** Kills the command after this time. Default 30 s. */
  readonly timeoutMilliseconds?: number;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** The outcome of a command. A command that fails is an outcome, not an exception. */
export interface Output {
  /** Exit status; 124 when the time was over, 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The part of a port, as the Networking API shows it, that plugging needs. */
export interface PluggablePort {
  readonly id: string;
  readonly mac_address: string;
  readonly device_id?: string;
  /** `bridge_name` says where to plug; `br-int` if there is none. */
  readonly 'binding:vif_details'?: Readonly<Record<string, unknown>>;
}

/** How a guest's kernel treats IPv6 on one interface; what is left out stays the kernel's default. */
export interface InterfaceSettings {
  /** IPv6 privacy: 2 prefers RFC 8981 temporary addresses (net.ipv6.conf.*.use_tempaddr). */
  readonly use_tempaddr?: 0 | 1 | 2;
  /** 0 EUI-64, 1 none, 2 stable secret, 3 random stable secret: RFC 7217 (net.ipv6.conf.*.addr_gen_mode). */
  readonly addr_gen_mode?: 0 | 1 | 2 | 3;
  readonly accept_ra?: 0 | 1 | 2;
  readonly autoconf?: 0 | 1;
  readonly accept_dad?: 0 | 1 | 2;
  /** Any other net.ipv6.conf.<interface> setting. */
  readonly [key: string]: number | undefined;
}

/** The port to plug in, the host, and the guest that gets the interface. */
export interface PlugRequest {
  /** The host's name, `h1` ... */
  readonly host: string;
  readonly port: PluggablePort;
  /** Plug into this guest; a new one is made when left out. */
  readonly guest?: Guest;
  /** Name of the new guest. Default: one made of the port's id. */
  readonly name?: string;
  /** MTU in bytes. Default 1500; give the network's `mtu`. */
  readonly mtu?: number;
  readonly settings?: InterfaceSettings;
}

/** An interface of a guest, and its end on the host. */
export interface GuestInterface {
  readonly name: string;
  readonly portId: string;
  readonly macAddress: string;
  /** The end on the host, `tap` + the first 11 characters of the port's id as os-vif names it. */
  readonly hostInterface: string;
  readonly host: string;
}

/** An address as `ip -json address` shows it. */
export interface GuestAddress {
  readonly interface: string;
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefixLength: number;
  readonly scope: 'global' | 'link' | 'host' | 'site';
  readonly tentative: boolean;
  readonly deprecated: boolean;
  readonly temporary: boolean;
  /** Came by RA (SLAAC), as the kernel marks it. */
  readonly dynamic: boolean;
  readonly dadFailed: boolean;
  /** In seconds; undefined when forever. */
  readonly validLifetime: number | undefined;
  readonly preferredLifetime: number | undefined;
}

/** A route in a guest's kernel, as ip-route(8) shows it. */
export interface GuestRoute {
  /** `default` or a prefix. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly interface: string;
  /** `ra`, `kernel`, `boot`, ... */
  readonly protocol: string;
  readonly metric: number | undefined;
}

/** How often, how fast and from where a guest pings. */
export interface PingOptions {
  readonly count?: number;
  readonly intervalSeconds?: number;
  /** Payload size in bytes. */
  readonly size?: number;
  readonly source?: string;
  readonly interface?: string;
  /** Seconds to wait for the last reply. Default 1. */
  readonly waitSeconds?: number;
  /** Set the don't-fragment rule (`-M do`): no local fragmentation. */
  readonly dontFragment?: boolean;
}

/** The replies to a ping. */
export interface PingResult {
  readonly sent: number;
  readonly received: number;
  /** Milliseconds, one per reply. */
  readonly times: readonly number[];
  readonly text: string;
}

/** A command that goes on in the background, as a server or a DHCP client does. */
export interface Background {
  readonly process: ChildProcess;
  /** All that it has written so far, standard output and error together. */
  output(): string;
  /** Resolves when it has written a text that matches. Throws after the time (default 10 s) or when it ends before. */
  waitForOutput(pattern: RegExp, withinMilliseconds?: number): Promise<string>;
  /** Ends it and its children, and resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<Output>;
}

/** A namespace with a real Linux network stack, plugged into one host as a virtual machine is. */
export interface Guest {
  readonly name: string;
  readonly host: string;
  readonly netns: string;
  /** The process that holds its namespaces, as the lab's pid namespace counts. */
  readonly pid: number;
  readonly interfaces: readonly GuestInterface[];
  run(command: readonly string[], options?: RunOptions): Promise<Output>;
  spawn(command: readonly string[], options?: RunOptions): Background;
  addresses(interfaceName?: string): Promise<readonly GuestAddress[]>;
  routes(family: 4 | 6): Promise<readonly GuestRoute[]>;
  /** Name servers and search list as the kernel's RA or a DHCP client left them in this guest's resolv.conf. */
  resolvConf(): Promise<string>;
  /** Waits until a usable (not tentative) global IPv6 address, or the one given, is on the interface. */
  waitForAddress(wanted?: {
    readonly address?: string;
    readonly interface?: string;
    readonly family?: 4 | 6;
    readonly withinMilliseconds?: number;
  }): Promise<GuestAddress>;
  ping(target: string, options?: PingOptions): Promise<PingResult>;
  /** True when one echo of several tries, up to the time given (default 5 s), comes back. */
  reaches(
    target: string,
    options?: { readonly withinMilliseconds?: number; readonly source?: string },
  ): Promise<boolean>;
  /** `dhclient -6` (or `-4`); one shot unless `keep`. `-S` with `stateless`. */
  dhclient(options?: DhcpOptions): Promise<DhcpResult>;
  dhcpcd(options?: DhcpOptions): Promise<DhcpResult>;
  capture(interfaceName?: string, filter?: CaptureFilter): Promise<Capture>;
  /** Writes raw Ethernet frames to the guest's own interface, as a hostile guest would. */
  inject(frames: readonly Uint8Array[], interfaceName?: string): Promise<void>;
  /** Unplugs one interface from the bridge and deletes it. */
  unplug(interfaceName: string): Promise<void>;
  /** Ends its processes, unplugs it and deletes it. Safe to call twice. */
  remove(): Promise<void>;
}

/** How a guest's DHCP client asks, and how long it may take. */
export interface DhcpOptions {
  readonly interface?: string;
  readonly family?: 4 | 6;
  /** Information-Request only (RFC 8415 §6.1). */
  readonly stateless?: boolean;
  readonly withinMilliseconds?: number;
}

/** The addresses and settings that a DHCP client in a guest was given. */
export interface DhcpResult {
  readonly succeeded: boolean;
  /** Leased addresses, and DNS servers and search domains the server gave. */
  readonly addresses: readonly string[];
  readonly dnsServers: readonly string[];
  readonly dnsSearch: readonly string[];
  /** The client's own log. */
  readonly log: string;
  /** Gives the lease back (RELEASE) and ends the client. */
  release(): Promise<void>;
  /** Ends the client without a word to the server. */
  stop(): Promise<void>;
}

/** A frame that was seen at an interface. */
export interface CapturedFrame {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** As the watched interface sees it. */
  readonly direction: 'in' | 'out';
  /** The Ethernet frame, a stripped VLAN tag put back. */
  readonly bytes: Uint8Array;
}

/** Selects the frames of a guest that are captured. */
export interface CaptureFilter {
  /** Leave out what the guest itself sends: floods of its own would be more than can be read. */
  readonly direction: 'in';
}

/** Selects the traffic between hosts that is captured: on a busy link it would be too much to read. */
export interface UnderlayFilter {
  /** Tunnel packets with this identifier only (the VNI of RFC 8926 or RFC 7348). */
  readonly segmentationId: number;
}

/** A running capture. It stands when the promise that gave it resolves: no later frame is missed. */
export interface Capture {
  readonly frames: readonly CapturedFrame[];
  /** Resolves with the first frame, past or future, that matches. Throws after the time (default 5 s). */
  waitFor(
    what: string,
    matches: (frame: CapturedFrame) => boolean,
    withinMilliseconds?: number,
  ): Promise<CapturedFrame>;
  /** Ends it, after every frame that was on the wire by now has been read, and answers all of them. */
  stop(): Promise<readonly CapturedFrame[]>;
}

/** The network between hosts, and everything that runs on it. */
export interface Lab {
  readonly name: string;
  readonly directory: string;
  readonly underlay: UnderlayFamily;
  readonly encapsulation: EncapsulationType;
  readonly central: Central;
  readonly hosts: readonly Host[];
  /** Throws when there is none of that name. */
  getHost(name: string): Host;
  readonly guests: readonly Guest[];
  /** Plugs a port as Nova's os-vif does. Set `binding:host_id` through the API before. */
  plug(request: PlugRequest): Promise<Guest>;
  /** Watches tunnels on a host's uplink. */
  captureUnderlay(host: string, filter?: UnderlayFilter): Promise<Capture>;
  /** Takes all down: guests, hosts, central, namespaces and files. Safe to call twice. */
  close(): Promise<void>;
}

/** How Sextant runs on a lab: its database, where it listens and what it logs. */
export interface SextantOptions {
  /** Default: an SQLite file in the lab's directory. */
  readonly database?: string;
  /** Further addresses to listen on beside the unix socket, e.g. `127.0.0.1:9696`. */
  readonly listen?: readonly string[];
  readonly reportDirectory?: string;
  readonly logLevel?: string;
  /** Use this running controller instead of starting one. */
  readonly controller?: string;
}

/** A child process of the project's own that can be ended and started again as it was. */
export interface Service {
  readonly name: string;
  readonly pid: number | undefined;
  readonly isRunning: boolean;
  readonly logFile: string;
  start(): Promise<void>;
  /** Default SIGTERM. Resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Sextant itself in the lab: its controller, and an agent on each host. */
export interface Sextant {
  /** The Networking API's endpoint, `unix:/path` (no version suffix). */
  readonly endpoint: string;
  readonly controller: Service | undefined;
  /** By host name. */
  readonly agents: ReadonlyMap<string, Service>;
  stop(): Promise<void>;
}
