import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** How each port is plugged in is kept, where it followed from the host: a port that has one counts as bound to it. */
export const migration: Migration = {
  name: '0021-port-vif-types',
  async up({ own, entities, words }) {
    const column = sql.raw(words.textType);
    const addition = own.schema.alterTable('ports');
    await addition.addColumn('binding_vif_type', column, (each) => each.notNull().defaultTo('unbound')).execute();
    await entities
      .updateTable('ports')
      .set({ binding_vif_type: 'ovs' })
      .where('binding_host_id', '!=', '')
      .where('device_owner', '!=', 'network:router_interface')
      .execute();
  },
};
