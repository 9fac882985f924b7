/**
 * The requests and answers of a running lab's control socket: JSON over HTTP on a unix socket in the lab's state
 * directory.
 *
 * GET /lab -> LabView; POST /plugs (LabPlug) -> LabGuest; DELETE /plugs/PORT; DELETE /guests/NAME;
 * POST /gap (LabGapRequest) -> lines of LabGapLine. Errors are `{"message"}` with status 400 and up.
 */
export interface LabView {
  /** The Networking API, as seen from outside the lab. */
  readonly endpoint: string;
  readonly underlay: 4 | 6;
  readonly encapsulation: string;
  /** The first process of the lab's namespaces, as seen from outside. */
  readonly initPid: number;
  readonly hosts: readonly LabHost[];
  readonly guests: readonly LabGuest[];
}

/** A simulated host of the lab: a network namespace with a switch of its own. */
export interface LabHost {
  readonly name: string;
  readonly netns: string;
  readonly tunnelAddress: string;
  /** OVS_RUNDIR of the host. */
  readonly directory: string;
}

/** A guest of the lab and its interfaces. */
export interface LabGuest {
  readonly name: string;
  readonly host: string;
  /** The process that holds the guest's namespaces, as seen from inside the lab. */
  readonly pid: number;
  readonly interfaces: readonly LabInterface[];
}

/** An interface of a guest, and the port that it was plugged in as. */
export interface LabInterface {
  readonly name: string;
  readonly portId: string;
  readonly macAddress: string;
}

/** The request to plug a port in on a host: for a guest of this name, with the port as the API shows it. */
export interface LabPlug {
  readonly host: string;
  /** Name of the guest; a new one is made when there is none of that name. */
  readonly guest: string;
  readonly port: {
    readonly id: string;
    readonly mac_address: string;
    readonly device_id?: string;
    readonly 'binding:vif_details'?: Readonly<Record<string, unknown>>;
  };
  readonly mtu?: number;
}

/** The request to run the gap suite in the lab. */
export interface LabGapRequest {
  /** Ids of rows; all when left out. */
  readonly rows?: readonly string[];
  /** Columns of the caller's terminal; undefined when there is none. */
  readonly columns?: number;
}

/** One line of the answer: text for the terminal as it comes, and at the end the table, or why there is none. */
export type LabGapLine =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'table'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };
