/** Names the mutation to the mutated process. */
export const mutationVariable = 'SEXTANT_MUTATION';

export interface SourceEdit {
  /** Path from the root of the project. */
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

/** How each mechanism is switched off: the smallest change that leaves everything else as it is. */
export const sourceMutations: Readonly<Record<string, readonly SourceEdit[]>> = {
  'ra-guard': [
    { file: 'src/firsthop/guard.ts', from: /drop\('rogue-ra', [^\n]*;/, to: '' },
    { file: 'src/firsthop/guard-network.ts', from: /writer\.dropFromNetwork\('ra-from-network', [^\n]*;/, to: '' },
  ],
  savi: [
    {
      file: 'src/firsthop/source-guard.ts',
      from: /writer\.dropFromGuest\('wrong-source-ipv6'\);/,
      to: 'writer.fromGuest(tables.sourceVerdict, 0, [], out);',
    },
  ],
  dhcpv6: [{ file: 'src/firsthop/guard.ts', from: /writer\.fromGuest\([^\n]*'tp_dst=547'\], punt\);/, to: '' }],
};
