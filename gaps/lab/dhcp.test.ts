import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDhclientLeases, parseHookVariables } from './dhcp.ts';
import { parsePing } from './ping.ts';

test('reads the last lease of dhclient', () => {
  const text = `
default-duid "\\000\\001";
lease6 {
  interface "eth0";
  ia-na "x" { iaaddr 2001:db8::1 { max-life 10; } }
}
lease6 {
  interface "eth0";
  ia-na "x" {
    iaaddr 2001:db8::2 {
      max-life 86400;
    }
    iaaddr 2001:db8:1::2 {
      max-life 86400;
    }
  }
  option dhcp6.name-servers 2001:db8::53,2001:db8::54;
  option dhcp6.domain-search "example.org.", "example.net.";
}`;
  assert.deepEqual(parseDhclientLeases(text), {
    addresses: ['2001:db8::2', '2001:db8:1::2'],
    dnsServers: ['2001:db8::53', '2001:db8::54'],
    dnsSearch: ['example.org', 'example.net'],
  });
  assert.equal(parseDhclientLeases('default-duid "x";\n'), undefined);
});

test('waits for DHCPv6 when the RA says that it is to come, and takes the RA for all when not', () => {
  const ra = (flags: string): string =>
    `nd1_addr1=2001:db8::a/64\nnd1_flags=${flags}\nnd1_rdnss1_servers=2001:db8::53\nnd1_dnssl1_search=example.org\n`;
  assert.equal(parseHookVariables(ra('M')), undefined);
  assert.equal(parseHookVariables(ra('O')), undefined);
  assert.deepEqual(parseHookVariables(ra('')), {
    addresses: ['2001:db8::a'],
    dnsServers: ['2001:db8::53'],
    dnsSearch: ['example.org'],
  });
  const lease = 'new_dhcp6_ia_na1_ia_addr1=2001:db8::b\nnew_dhcp6_name_servers=2001:db8::54\n';
  assert.deepEqual(parseHookVariables(lease + ra('M')), {
    addresses: ['2001:db8::b'],
    dnsServers: ['2001:db8::54'],
    dnsSearch: ['example.org'],
  });
});

test('counts replies, not duplicates', () => {
  const text = `PING fd00::2(fd00::2) 56 data bytes
64 bytes from fd00::2: icmp_seq=1 ttl=64 time=0.5 ms
64 bytes from fd00::2: icmp_seq=1 ttl=64 time=0.6 ms (DUP!)
64 bytes from fd00::2: icmp_seq=3 ttl=64 time=1.25 ms

--- fd00::2 ping statistics ---
3 packets transmitted, 2 received, +1 duplicates, 33.3333% packet loss, time 408ms`;
  const { sent, received, times } = parsePing(text);
  assert.deepEqual({ sent, received, times }, { sent: 3, received: 2, times: [0.5, 1.25] });
  assert.deepEqual(parsePing('ping: connect: Network is unreachable').sent, 0);
});
