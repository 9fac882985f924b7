/**
 * The form of a row of the gap analysis, and all that it may know: a cloud (a Networking API with an administrator and
 * two tenants), guests (how a port gets a real guest on a chosen host) and eyes (captures and counters). A row never
 * asks which product answers and never reads a product's own state, so the same file judges any cloud.
 */
import type { Client, Port } from '../src/client/index.ts';
import type { Capture, Guest, PlugRequest, UnderlayFamily, UnderlayFilter } from './lab/index.ts';
import type { Part } from './part.ts';
import type { Probe } from './probe.ts';
import type { Scope } from './scope.ts';

export type {
  Background,
  Capture,
  CapturedFrame,
  CaptureFilter,
  DhcpResult,
  Guest,
  GuestAddress,
  GuestRoute,
  InterfaceSettings,
  Output,
  PingResult,
  PlugRequest,
  UnderlayFamily,
  UnderlayFilter,
} from './lab/index.ts';

export type { Part, PartOutcome } from './part.ts';

/** One use case and its probe. Each file of rows/ exports exactly one. */
export interface Row {
  /** The number that ROWS and the documents of 2015 give it. */
  readonly id: string;
  /** In the words of those documents. */
  readonly title: string;
  /** The statement that a yes proves, in one or two sentences. */
  readonly claim: string;
  /** Where the behaviour is laid down: RFC sections, the API reference. */
  readonly source: readonly string[];
  /** Longest run in seconds before the row is ended and judged by what it has seen. Default 120. */
  readonly timeoutSeconds?: number;
  /** Records its findings in `context.probe`; the verdict follows from them alone. */
  check(context: Context): Promise<void>;
}

/** Yes only when everything was seen; partial names what was not; skipped names what the machine lacks. */
export type VerdictKind = 'yes' | 'partial' | 'no' | 'skipped';

/** The judgement of one use case, with the evidence that it follows from. */
export interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly source: readonly string[];
  readonly verdict: VerdictKind;
  /** One sentence: why it is no better than it is, or what was seen. */
  readonly summary: string;
  readonly evidence: readonly Part[];
  readonly milliseconds: number;
}

/** All verdicts of one run. The report is rendered from this and nothing else. */
export interface GapReport {
  /** The name of the cloud that was judged. */
  readonly cloud: string;
  /** When the run ended, in ISO 8601. */
  readonly date: string;
  readonly rows: readonly Verdict[];
}

/** A project of the cloud and a client that acts for it. */
export interface Tenant {
  readonly name: string;
  readonly projectId: string;
  readonly api: Client;
}

/** The cloud under test, as its administrator and two of its tenants reach it. */
export interface Cloud {
  readonly name: string;
  readonly admin: Client;
  readonly tenants: readonly [Tenant, Tenant];
}

/** How a port gets a real guest. */
export interface Guests {
  /** Where guests can be put, by the names that `binding:host_id` takes. Two at least. */
  readonly hosts: readonly [string, string, ...string[]];
  plug(request: PlugRequest): Promise<Guest>;
}

/** Views besides those of the guests. For a cloud without eyes, the evidence is that of the guests alone. */
export interface Eyes {
  /** Frames between hosts, as they pass a host's uplink. */
  captureUnderlay(host: string, filter?: UnderlayFilter): Promise<Capture>;
  /** Frames of this port's guest that the guest's own host has dropped so far. */
  countDrops(port: Port): Promise<number>;
}

/** Ends the controllers of a cloud and brings them back. Hosts and guests go on meanwhile; the API answers nothing. */
export interface Outage {
  begin(): Promise<void>;
  /** Resolves when the API serves again. */
  end(): Promise<void>;
}

/** A cloud with its guests and eyes. */
export interface Site {
  readonly cloud: Cloud;
  readonly guests: Guests;
  readonly eyes: Eyes | undefined;
  /** Undefined where its controllers are not a row's to end. */
  readonly outage?: Outage;
}

/** The kind of site that a row needs to look at. */
export interface SiteWish {
  /** The address family of the tunnels between hosts. Default: that of the site that there is. */
  readonly underlay?: UnderlayFamily;
  /** Whether no other row may be on it, so that its controllers can be ended. Default false. */
  readonly isOwn?: boolean;
}

/** Everything that a row may use. */
export interface Context extends Site {
  /** Where the row records what it looked for and what it saw. */
  readonly probe: Probe;
  /** Undoes what the row made, in reverse order, also when the row fails. */
  readonly scope: Scope;
  /** Unique to this row and run: put it into every name. */
  readonly tag: string;
  /** Aborted when the row's time is over. */
  readonly signal: AbortSignal;
  /** A site built otherwise; undefined where there is none. The runner closes it. */
  findSite(wish: SiteWish): Promise<Site | undefined>;
}
