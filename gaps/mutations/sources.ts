/** Names the mutation to the mutated process. */
export const mutationVariable = 'SEXTANT_MUTATION';

/** An edit of one source file that switches a mechanism off: some row of the analysis has to notice. */
export interface SourceEdit {
  /** Path from the root of the project. */
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

/** How each mechanism is switched off: the smallest change that leaves everything else as it is. */
export const sourceMutations: Readonly<Record<string, readonly SourceEdit[]>> = {
  'ra-guard': [
    { file: 'src/firsthop/guard.ts', from: /writer\.drop\(table, 105, 'rogue-ra', [^\n]*;/, to: '' },
    { file: 'src/firsthop/guard-network.ts', from: /writer\.drop\(table, 104, 'ra-from-network', [^\n]*;/, to: '' },
  ],
  savi: [
    {
      file: 'src/firsthop/source-guard.ts',
      from: /writer\.write\(tables\.sourceVerdict, 0, \[\], lackAddress\('wrong-source-ipv6'\)\);/,
      to: 'writer.write(tables.sourceVerdict, 0, [], toNetwork);',
    },
  ],
  'local-grants': [
    {
      file: 'src/agent/claims/claim.ts',
      from: /return given\.hasOpenPorts \? listen\(claim, given\) : ask\(claim, given\);/,
      to: "return { effects: ['admit'] };",
    },
    // Nor does the agent ask the controller afterwards about what it has admitted.
    {
      file: 'src/agent/claims/ownership.ts',
      from: /for \(const one of all\) this\.#messages\.claim\(portId, one, true\);/,
      to: '{}',
    },
  ],
  'unanswered-detection': [
    {
      file: 'src/agent/claims/claim.ts',
      from: /return reason === 'taken' \|\| reason === 'reserved' \? \['deny', 'count'\] : \['count'\];/,
      to: "return ['count'];",
    },
  ],
  'no-displacement': [
    {
      file: 'src/store/displacement.ts',
      from: /if \(!declares\) return nothingDisplaced;/,
      to: 'return nothingDisplaced;',
    },
  ],
  'group-acls': [
    {
      file: 'src/northbound/tables/acl.ts',
      from: /madeFrom\(securityGroupKind, rowsOf\)/,
      to: 'madeFrom(securityGroupKind, () => [])',
    },
  ],
  'group-drops': [
    {
      file: 'src/northbound/tables/acl.ts',
      from: /madeFrom\(filteredPortsKind, \(\) => drops\)/,
      to: 'madeFrom(filteredPortsKind, () => [])',
    },
  ],
  dhcpv6: [{ file: 'src/firsthop/guard.ts', from: /writer\.write\(tables\.dhcpv6Request, 10, [^\n]*;/, to: '' }],
};
