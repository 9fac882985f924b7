import type { GapReport, Part, Verdict } from '../../gaps/contract.ts';
import { decideVerdict } from '../../gaps/verdict.ts';

/** A report with every verdict and outcome, and with text that each format must quote. */
export function aReport(): GapReport {
  return {
    cloud: 'Sextant',
    date: '2026-11-22T01:30:00.000Z',
    rows: [
      aVerdict('2', 'IPv6 VM to VM only', [aPart({ part: 'ping, same host' }), aPart({ part: 'a 10 MB transfer' })]),
      aVerdict('4', 'IPv6 subnet routed to an external IPv6 network', [
        aPart({
          part: 'an external network',
          outcome: 'refused',
          seen: ["POST /v2.0/networks -> 400 HttpBadRequest: 'x'"],
        }),
      ]),
      aVerdict('6', 'SLAAC, DHCPv6 stateless, DHCPv6 stateful', [
        aPart({ part: 'slaac / slaac', seen: ['<script>alert("guest")</script> fixed_ips_ *a* |b| `c`'] }),
        aPart({ part: 'no RA / slaac', outcome: 'unproven', seen: ['needs an upstream router'] }),
        aPart({ part: 'prefix', outcome: 'skipped', seen: ['2001:db8::'.repeat(20)] }),
      ]),
      aVerdict('E1', 'IPv6 in allowed address pairs', [aPart({ part: 'VRRPv3', outcome: 'skipped' })]),
    ],
  };
}

/** A part that passed, but for the given differences. */
export function aPart(part: Partial<Part> = {}): Part {
  return {
    part: 'a part',
    outcome: 'passed',
    essential: false,
    seen: ['h1 -> 2001:db8::1: 3 of 3 replies'],
    milliseconds: 5,
    ...part,
  };
}

function aVerdict(id: string, title: string, evidence: readonly Part[]): Verdict {
  const claim = `Row ${id} proves what its fixed_ips_ say.`;
  return { id, title, claim, source: ['RFC 4861 §6.2'], ...decideVerdict(evidence), evidence, milliseconds: 1234 };
}
