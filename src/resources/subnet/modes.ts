import { isMulticast, type Prefix } from '../../ip/index.ts';
import { invalidInput, type Problem } from '../../kit/index.ts';
import { isAutoAddress, type Subnet } from './subnet.ts';

type Modes = Pick<Subnet, 'enableDhcp' | 'ipVersion' | 'ipv6AddressMode' | 'ipv6RaMode'>;

/** Which modes go together (neutron db_base_plugin_v2 `_validate_ipv6_attributes`), and with which prefix lengths. */
export function checkModes(modes: Modes, cidr: Prefix): Problem | undefined {
  const { ipv6RaMode, ipv6AddressMode } = modes;
  if (ipv6RaMode === undefined && ipv6AddressMode === undefined) return checkDhcpPrefix(modes, cidr);
  if (modes.ipVersion === 4) return invalidInput('ipv6_ra_mode and ipv6_address_mode need ip_version 6');
  if (!modes.enableDhcp)
    return invalidInput('ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False');
  if (ipv6RaMode && ipv6AddressMode && ipv6RaMode !== ipv6AddressMode)
    return invalidInput(
      `ipv6_ra_mode set to '${ipv6RaMode}' with ipv6_address_mode set to '${ipv6AddressMode}' is not valid. ` +
        'If both attributes are set, they must be the same value',
    );
  // An interface identifier has 64 bits: RFC 4291 §2.5.1, RFC 4862 §5.5.3 d.
  if (isAutoAddress(modes) && cidr.length !== 64)
    return invalidInput(
      `Invalid CIDR length ${cidr.length} for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires the prefix to be /64`,
    );
  return checkDhcpPrefix(modes, cidr);
}

function checkDhcpPrefix({ enableDhcp }: Modes, cidr: Prefix): Problem | undefined {
  if (!enableDhcp) return undefined;
  const longest = cidr.address.family === 6 ? 126 : 30;
  if (cidr.length > longest)
    return invalidInput('Subnet has a prefix length that is incompatible with DHCP service enabled');
  if (isMulticast(cidr.address)) return invalidInput('Multicast IP subnet is not supported if enable_dhcp is True');
  return undefined;
}
