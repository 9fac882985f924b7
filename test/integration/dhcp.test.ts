import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseFrame } from '../../gaps/workbench/frames.ts';
import { type PortCreate, type SubnetCreate, unwrap } from '../../src/client/index.ts';
import { responder } from '../../src/firsthop/index.ts';
import { formatAddress } from '../../src/ip/index.ts';
import { addressOf, type Cloud, createPort, openCloud, patience } from './cloud.ts';

/** A client that misses an answer asks again only after some time. */
const slowly = { withinMilliseconds: patience };

describe('DHCP for guests of real clients', () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await openCloud({ hosts: 1 });
  });

  after(() => cloud?.close());

  /** A guest on a network of its own that has the subnet. */
  const plugOn = async (subnet: Omit<SubnetCreate, 'network_id'>, wanted: Partial<PortCreate> = {}) => {
    const network = unwrap(await cloud.api.networks.create({}));
    unwrap(await cloud.api.subnets.create({ network_id: network.id, ...subnet }));
    const port = await createPort(cloud.api, network, wanted);
    const guest = await cloud.plug(port, 'h1');
    await cloud.seeStatus(port, 'ACTIVE');
    return { port, guest };
  };

  test('a plain IPv6 subnet, without modes, gives the fixed address and the resolvers', async () => {
    const resolvers = { dns_nameservers: ['2001:db8::53'] };
    const { port, guest } = await plugOn({ ip_version: 6, cidr: '2001:db8:d::/64', ...resolvers });
    const { addresses, dnsServers, log } = await guest.dhclient(slowly);
    assert.deepEqual([addresses, dnsServers], [[addressOf(port)], resolvers.dns_nameservers], log);
  });

  test('a port with more addresses than a message holds gets those that fit', async () => {
    const addresses = Array.from({ length: 64 }, (_, index) => `2001:db8:d::${(index + 16).toString(16)}`);
    const { guest } = await plugOn(
      { ip_version: 6, cidr: '2001:db8:d::/64' },
      { fixed_ips: addresses.map((ip_address) => ({ ip_address })) },
    );
    const leased = await guest.dhclient(slowly);
    assert.ok(leased.addresses.length > 30, leased.log);
    assert.ok(
      leased.addresses.every((address) => addresses.includes(address)),
      leased.log,
    );
  });

  test('a second MAC behind a port gets none of its addresses', async () => {
    const nested = '02:00:00:00:00:07';
    const pairs = { allowed_address_pairs: [{ ip_address: '192.0.2.0/24', mac_address: nested }] };
    const { port, guest } = await plugOn({ ip_version: 4, cidr: '192.0.2.0/24' }, pairs);
    await guest.run(['ip', 'link', 'add', 'nested', 'link', 'eth0', 'address', nested, 'type', 'macvlan']);
    await guest.run(['ip', 'link', 'set', 'nested', 'up']);
    const refused = await guest.dhclient({ family: 4, interface: 'nested', withinMilliseconds: 3_000 });
    assert.deepEqual(refused.addresses, [], refused.log);
    const lease = await guest.dhclient({ family: 4, ...slowly });
    assert.deepEqual(lease.addresses, [addressOf(port)], lease.log);
  });

  test('an IPv4 guest reaches its server, where the subnet has no gateway and no router', async () => {
    const { port, guest } = await plugOn({ ip_version: 4, cidr: '192.0.2.0/24', gateway_ip: null });
    const lease = await guest.dhclient({ family: 4, ...slowly });
    assert.deepEqual(lease.addresses, [addressOf(port)], lease.log);
    const capture = await guest.capture();
    await lease.release();
    const released = await capture.waitFor('the release, which clients send to the server alone', (frame) => {
      const { udp, ethernet } = parseFrame(frame) ?? {};
      return udp?.destinationPort === 67 && ethernet?.destination === responder.mac;
    });
    await capture.stop();
    const destination = parseFrame(released)?.ipv4?.destination;
    assert.equal(destination && formatAddress(destination), '169.254.169.254');
  });
});
