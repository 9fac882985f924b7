import type { ClaimRefusal } from '../../feed/index.ts';

/** Why a port does not get an address that its guest asks for. */
export type Refusal = ClaimRefusal['reason'];

/** What a guest's wish for an address has come to so far. It grants nothing: only the port's intent does, or `admit`. */
export interface Claim {
  /**
   * `asked`: the controller is to decide. `contesting`: another port has the address, whose guest is asked whether it has
   * given it up. `making-room`: the port has as many as it may have, and those that its guest has given up are looked for.
   * `listening`: an owner that no controller tells of may answer. `refused`: what was decided holds for a moment.
   */
  readonly phase: 'asked' | 'contesting' | 'making-room' | 'listening' | 'refused';
  /** The guest detects duplicates, and believes to have the address unless it is answered; else it just uses it. */
  readonly isDetected: boolean;
  /** How often a controller was asked. */
  readonly asked: number;
  readonly hasListened: boolean;
  readonly hasMadeRoom: boolean;
  /** Of a refused one. */
  readonly reason?: Refusal;
}

/** What happens to a claim. The claim goes without any of these when the port's intent comes with the address. */
export type ClaimEvent =
  | { readonly kind: 'claimed'; readonly isDetected: boolean }
  | { readonly kind: 'refused'; readonly reason: Refusal }
  /** What the guest's neighbours said while the agent listened; `unheard`: nobody could have been heard. */
  | { readonly kind: 'listened'; readonly outcome: 'silence' | 'objection' | 'unheard' }
  /** Whether the port has room now. */
  | { readonly kind: 'searched'; readonly hasRoom: boolean }
  /** The time that {@link Step.waitMilliseconds} said is over. */
  | { readonly kind: 'expired' };

/** What a decision depends on besides the claim. */
export interface Circumstances {
  /** A controller answers. */
  readonly isOnline: boolean;
  /** Ports without port security are on the network: the controller doesn't know what their guests have. */
  readonly hasOpenPorts: boolean;
  /** Whether addresses are admitted while no controller answers. */
  readonly admitsAlone: boolean;
  /** The port has fewer addresses than it may have. */
  readonly hasRoom: boolean;
  /** What this host knows by itself to be no address for the port. */
  readonly refusal?: Refusal;
}

/** What is to be done, in this order. */
export type Effect =
  /** Ask the controller. */
  | 'ask'
  /** Detect the address in the guest's name, and tell what is heard: event `listened`. */
  | 'listen'
  /** Detect the address in the guest's name, so that its owner's first hop asks the owner. */
  | 'contest'
  /** Look for addresses of the port that its guest has given up: event `searched`. */
  | 'search'
  /** Let the port have the address until the controller decides. */
  | 'admit'
  /** Tell the guest that the address is somebody else's. */
  | 'deny'
  /** Count a packet that led nowhere, by the claim's reason. */
  | 'count';

/** Where a claim stands now; undefined: it is over. */
export interface Step {
  readonly claim?: Claim;
  readonly effects: readonly Effect[];
  /** After this, event `expired`. Unset: another event comes. */
  readonly waitMilliseconds?: number;
}

/** A controller that takes longer is not waited for: the guest is about to use the address (RFC 4862 §5.4, one second). */
const answerLimit = 300;
/** As long as the owner's first hop needs to ask its guest, and short enough for the claimant to hear the end of it. */
const contestLimit = 400;
/** A guest's detection is over by then; another one is a claim of its own. */
const detectedRefusal = 1_000;
/** A guest that goes on using an address that it may not have is not asked for more often. */
const usedRefusal = 3_000;

const fresh: Omit<Claim, 'phase' | 'isDetected'> = { asked: 0, hasListened: false, hasMadeRoom: false };

/** Decides what becomes of a claim. Pure. Without a claim, the event has to be `claimed`: others come too late. */
export function stepClaim(claim: Claim | undefined, event: ClaimEvent, given: Circumstances): Step {
  if (!claim) return event.kind === 'claimed' ? begin(event.isDetected, given) : over;
  switch (event.kind) {
    case 'claimed':
      return repeat(claim, event.isDetected);
    case 'refused':
      return hearRefusal(claim, event.reason, given);
    case 'listened':
      return claim.phase === 'listening' ? hearNeighbours(claim, event.outcome, given) : { claim, effects: [] };
    case 'searched':
      if (claim.phase !== 'making-room') return { claim, effects: [] };
      return event.hasRoom ? ask({ ...claim, hasMadeRoom: true }, given) : refuse(claim, 'full');
    case 'expired':
      return expire(claim, given);
  }
}

const over: Step = { effects: [] };

function begin(isDetected: boolean, given: Circumstances): Step {
  const claim: Claim = { ...fresh, phase: 'asked', isDetected };
  if (given.refusal) return refuse(claim, given.refusal);
  return given.hasOpenPorts ? listen(claim, given) : ask(claim, given);
}

function ask(claim: Claim, given: Circumstances): Step {
  if (!given.isOnline) return listen(claim, given);
  const asked = { ...claim, phase: 'asked', asked: claim.asked + 1 } as const;
  return { claim: asked, effects: ['ask'], waitMilliseconds: answerLimit };
}

/** The way without a controller, and before it where it doesn't know all neighbours. */
function listen(claim: Claim, given: Circumstances): Step {
  if (!given.isOnline && !given.admitsAlone) return over;
  if (!given.isOnline && !given.hasRoom) return makeRoom(claim);
  return { claim: { ...claim, phase: 'listening' }, effects: ['listen'] };
}

function makeRoom(claim: Claim): Step {
  if (claim.hasMadeRoom) return refuse(claim, 'full');
  return { claim: { ...claim, phase: 'making-room' }, effects: ['search'] };
}

/** A detection that is refused is answered, each time; one that goes on needs nothing. */
function repeat(claim: Claim, isDetected: boolean): Step {
  const known = { ...claim, isDetected: claim.isDetected || isDetected };
  if (claim.phase !== 'refused' || !isDetected) return { claim: known, effects: [] };
  return { claim: known, effects: denial(known) };
}

function hearRefusal(claim: Claim, reason: Refusal, given: Circumstances): Step {
  if (claim.phase === 'refused' || claim.phase === 'contesting') return { claim, effects: [] };
  if (reason === 'full' && !claim.hasMadeRoom) return makeRoom(claim);
  const isFirst = claim.asked < 2 && given.isOnline;
  if (reason !== 'taken' || !isFirst) return refuse(claim, reason);
  return { claim: { ...claim, phase: 'contesting' }, effects: ['contest'], waitMilliseconds: contestLimit };
}

function hearNeighbours(claim: Claim, outcome: 'silence' | 'objection' | 'unheard', given: Circumstances): Step {
  if (outcome === 'unheard') return over;
  if (outcome === 'objection') return refuse({ ...claim, isDetected: false }, 'taken'); // the guest has heard it, too
  const known = { ...claim, hasListened: true };
  return conclude(known, given);
}

/** No neighbour has the address. A controller that is there, and slow, is asked once more before it is done without. */
function conclude(claim: Claim, given: Circumstances): Step {
  return given.isOnline && claim.asked < 2 ? ask(claim, given) : admit(given);
}

function admit({ admitsAlone }: Circumstances): Step {
  return { effects: admitsAlone ? ['admit'] : [] };
}

function expire(claim: Claim, given: Circumstances): Step {
  if (claim.phase === 'contesting') return ask(claim, given);
  if (claim.phase !== 'asked') return over;
  return claim.hasListened ? conclude(claim, given) : listen(claim, { ...given, isOnline: false });
}

function refuse(claim: Claim, reason: Refusal): Step {
  const refused: Claim = { ...claim, phase: 'refused', reason };
  return {
    claim: refused,
    effects: claim.isDetected ? denial(refused) : [],
    waitMilliseconds: claim.isDetected ? detectedRefusal : usedRefusal,
  };
}

/** Of an address that nobody has, a guest must not hear that somebody has it: it gets on once there is room. */
function denial({ reason }: Claim): readonly Effect[] {
  return reason === 'taken' || reason === 'reserved' ? ['deny', 'count'] : ['count'];
}
