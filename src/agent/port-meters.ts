import type { Meter } from '../openflow/index.ts';
import type { ServedPort } from './plan.ts';

/** What one guest may ask: a flood of its solicitations must not cost its neighbours their answers. */
export const requestAllowance = { burst: 200, perSecond: 100 };
/** What else of a guest's packets the agent hears of: a new address needs one packet. */
const noticeAllowance = { burst: 40, perSecond: 20 };
/** Thrice the most addresses that a guest may be asked for at a time. */
const answerAllowance = { burst: 100, perSecond: 100 };

/**
 * The meters of a port on the switch, where a flood would fill the queue to this process, which all ports share. Their
 * numbers follow from those of its OpenFlow ports, which no other port has.
 */
export function metersOf(port: ServedPort): readonly Meter[] {
  const { requests, notices, answers } = numbersOf(port);
  return [meter(requests, requestAllowance), meter(notices, noticeAllowance), meter(answers, answerAllowance)];
}

/** The port with its meters, which are there. */
export function withMeters(port: ServedPort): ServedPort {
  return { ...port, meters: numbersOf(port) };
}

/** Whether flows of the port may name its meters. */
export function isMetered({ meters }: ServedPort): boolean {
  return meters !== undefined;
}

/** OpenFlow ports are below 0xff00. */
function numbersOf({ guestPort, patchPort }: ServedPort): NonNullable<ServedPort['meters']> {
  return { requests: guestPort, notices: patchPort, answers: 0x10000 + guestPort };
}

function meter(id: number, { burst, perSecond }: typeof requestAllowance): Meter {
  return { id, packetsPerSecond: perSecond, burst };
}
