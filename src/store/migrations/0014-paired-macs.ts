import type { Migration } from './migration.ts';

/** The MACs of address pairs are claimed, so that no other port gets one; those that are there already get their claims. */
export const migration: Migration = {
  name: '0014-paired-macs',
  async up({ entities, own }) {
    const ports = await entities
      .selectFrom('ports')
      .select(['id', 'network_id', 'mac_address', 'allowed_address_pairs'])
      .where('allowed_address_pairs', '!=', '[]')
      .execute();
    for (const { id, network_id, mac_address, allowed_address_pairs } of ports) {
      const pairs = JSON.parse(String(allowed_address_pairs)) as readonly (readonly [string, string])[];
      const others = new Set(pairs.map(([, mac]) => mac));
      others.delete(String(mac_address));
      for (const mac of others) {
        const claim = { scope: `paired-mac:${network_id}`, value: `${mac} ${id}`, holder: String(id) };
        await own.insertInto('claims').values(claim).execute();
      }
    }
  },
};
