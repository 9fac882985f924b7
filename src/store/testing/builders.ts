/** The resources' builders, made different from each other where a database asks for it. */
import type { Network, Port, Subnet } from '../../resources/index.ts';
import {
  address,
  aNetwork as anyNetwork,
  aPort as anyPort,
  aSubnet as anySubnet,
  aSecurityGroup,
  aSecurityGroupRule,
  mac,
} from '../../resources/testing/builders.ts';

export { address, aSecurityGroup, aSecurityGroupRule };

let made = 0;

/** A different number each time, for what has to be unique. */
function next(): number {
  made += 1;
  return made;
}

/** A network with a Geneve identifier that no other one of the test has. */
export function aNetwork(differences: Partial<Network> = {}): Network {
  return anyNetwork({ tunnelKey: next(), ...differences });
}

/** A subnet, 2001:db8:1::/64, with a gateway, a pool and a resolver. */
export function aSubnet(differences: Partial<Subnet> = {}): Subnet {
  return anySubnet({
    gatewayIp: address('2001:db8:1::1'),
    allocationPools: [{ first: address('2001:db8:1::2'), last: address('2001:db8:1::ffff') }],
    dnsNameservers: [address('2001:db8::53')],
    ...differences,
  });
}

/** A port with a MAC that no other one of the test has. */
export function aPort(differences: Partial<Port> = {}): Port {
  const octets = next().toString(16).padStart(6, '0').match(/../g) ?? [];
  return anyPort({ macAddress: mac(`fa:16:3e:${octets.join(':')}`), ...differences });
}
