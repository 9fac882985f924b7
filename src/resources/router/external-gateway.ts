import { ok } from '../../base/index.ts';
import { type AttributeType, attributeTypes, badRequest, notFound, type Problem } from '../../kit/index.ts';
import type { NetworkId, SubnetId } from '../ids.ts';
import type { Network } from '../network/network.ts';

const { address, boolean, isObject, list, object, openObject, uuid } = attributeTypes;

/** The network that a client wants a router to have its gateway on. */
export type GatewayRequest = NetworkId;

const request = object(
  {
    network_id: uuid<NetworkId>('network'),
    enable_snat: boolean,
    external_fixed_ips: list(
      openObject({ subnet_id: uuid<SubnetId>('subnet'), ip_address: address }, ['subnet_id', 'ip_address']),
    ),
  },
  ['enable_snat', 'external_fixed_ips'],
);

/** Undefined: no gateway, which null and `{}` say alike (neutron-lib api/definitions/l3.py, `type:dict_or_nodata`). */
export const gatewayRequest: AttributeType<GatewayRequest | undefined> = {
  // The document names what may be had.
  schema: { anyOf: [{ type: 'null' }, { type: 'object', additionalProperties: false }] },
  shown: { type: 'null' },
  parse(value) {
    if (value === null || (isObject(value) && Object.keys(value).length === 0)) return ok(undefined);
    const parsed = request.parse(value);
    return parsed.ok ? ok(parsed.value.network_id) : parsed;
  },
};

/** Refuses every gateway: no network is external yet (neutron db/l3_db.py `_validate_gw_info`). */
export function refuseGateway(
  networkId: GatewayRequest | undefined,
  network: Network | undefined,
): Problem | undefined {
  if (networkId === undefined) return undefined;
  if (!network) return notFound({ resource: 'network', id: networkId });
  return badRequest({ resource: 'router', reason: `Network ${networkId} is not an external network` });
}
