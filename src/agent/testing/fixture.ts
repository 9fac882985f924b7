import { milliseconds, newUuid, type Uuid, waitFor } from '../../base/index.ts';
import type { PortIntent } from '../../firsthop/index.ts';
import { aMac, aPortIntent } from '../../firsthop/testing/intents.ts';
import { formatAddress, linkLocalFromMac, type Mac } from '../../ip/index.ts';
import { createGuest, type GuestOptions, type TestGuest } from './guest.ts';
import { startHost, type TestHost } from './host.ts';

/** Test machines are shared: what takes milliseconds may take seconds. */
export const patiently = { within: milliseconds(30_000) };

/** A guest on a port of its own, all of one network. */
export interface Plugged {
  readonly portId: Uuid;
  readonly mac: Mac;
  readonly intent: PortIntent;
  readonly guest: TestGuest;
  readonly linkLocal: string;
}

/** A host with a real switch and an agent, and guests that a test plugs in. */
export interface Fixture {
  readonly host: TestHost;
  /** Plugs a guest in, and waits until its port is wired. */
  plug(given?: Partial<PortIntent>, settings?: GuestOptions['settings']): Promise<Plugged>;
  /** The same for a guest whose port the controller knows nothing of. */
  plugStranger(): Promise<TestGuest>;
  removeGuests(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the host and its agent. Needs the rights to make network namespaces. */
export async function startFixture(): Promise<Fixture> {
  const host = await startHost();
  const networkId = newUuid();
  let guests: TestGuest[] = [];
  let count = 0;
  const create = async (options: Omit<GuestOptions, 'name'>) => {
    const guest = await createGuest(host.ovs, { name: `g${count}`, ...options });
    guests.push(guest);
    return guest;
  };
  return {
    host,
    async plug(given = {}, settings = {}) {
      const mac = aMac(`fa:16:3e:00:01:${(++count).toString(16).padStart(2, '0')}`);
      const intent = aPortIntent({ portId: newUuid(), mac, networkId, ...given });
      const { portId } = intent;
      host.feed.put(intent);
      const guest = await create({ portId, mac, settings });
      await waitFor(`${guest.name} wired`, () => host.feed.wired.has(portId), patiently);
      return { portId, mac, intent, guest, linkLocal: formatAddress(linkLocalFromMac(mac)) };
    },
    plugStranger() {
      return create({ portId: newUuid(), mac: `fa:16:3e:00:01:${(++count).toString(16).padStart(2, '0')}` });
    },
    async removeGuests() {
      await Promise.all(guests.map((guest) => guest.remove()));
      guests = [];
    },
    stop: () => host.stop(),
  };
}

/** Whether a guest gets an answer to one ping of an IPv6 address within a second. */
export async function reaches(guest: TestGuest, address: string): Promise<boolean> {
  const target = address.startsWith('fe80:') ? `${address}%eth0` : address;
  return (await guest.run('ping', '-6', '-c', '1', '-W', '1', target)).code === 0;
}

/** Waits until a ping is answered; the first ones may come before duplicate address detection is over. */
export function willReach(guest: TestGuest, address: string): Promise<boolean> {
  return waitFor(`${guest.name} reaches ${address}`, () => reaches(guest, address), patiently);
}

/** Sends a frame as it is, out of the guest's interface. */
export async function sendFrame(guest: TestGuest, frame: Uint8Array): Promise<void> {
  const script =
    "import socket,sys;s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW);s.bind(('eth0',0));s.send(bytes.fromhex(sys.argv[1]))";
  await guest.must('python3', '-c', script, Buffer.from(frame).toString('hex'));
}
