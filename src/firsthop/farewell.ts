import { equalAddress, formatPrefix } from '../ip/index.ts';
import type { NdOption } from '../packet/index.ts';
import type { PortIntent } from './intent.ts';
import { type Advertisement, advertisements, framesOf } from './router-advertisement.ts';

/**
 * How long a withdrawn prefix stays valid: RFC 4862 §5.5.3 keeps a guest from believing less. Flows that are under way
 * on the old address have so long to end; new ones choose another, as the prefix is deprecated at once.
 */
const withdrawnValidSeconds = 7200;

/**
 * What the port's guest must unlearn when its intent changes: routers that are no more (RFC 4861 §6.2.5), and prefixes,
 * resolvers and search domains that nobody advertises any more. Frames to ff02::1; none when nothing was withdrawn.
 */
export function farewellFrames(previous: PortIntent, next: PortIntent): readonly Uint8Array[] {
  const after = advertisements(next);
  const kept = new Set(after.flatMap(({ message }) => message.options.flatMap(topics)));
  return advertisements(previous).flatMap(({ source, message }) => {
    const successor = after.find((other) => isSameSource(other, { source }));
    const options = message.options.flatMap((option) => withdraw(option, kept));
    const wasDefaultRouter = message.routerLifetimeSeconds > 0;
    if (options.length === 0 && (successor || !wasDefaultRouter)) return [];
    const routerLifetimeSeconds = successor?.message.routerLifetimeSeconds ?? 0;
    const preference = routerLifetimeSeconds === 0 ? 'medium' : message.preference; // RFC 4191 §2.2
    const last = { ...(successor?.message ?? message), routerLifetimeSeconds, preference, options };
    return framesOf({ source, message: last }, next.mtuBytes);
  });
}

type Sender = Pick<Advertisement, 'source'>;

function isSameSource({ source: a }: Sender, { source: b }: Sender): boolean {
  return a.mac === b.mac && equalAddress(a.linkLocal, b.linkLocal);
}

/** What an option is about, in words that can be compared. */
function topics(option: NdOption): readonly string[] {
  if (option.kind === 'prefix-information') return [`prefix ${formatPrefix(option.prefix)}`];
  if (option.kind === 'rdnss') return option.servers.map(({ value }) => `server ${value}`);
  if (option.kind === 'dnssl') return option.domains.map((domain) => `domain ${domain}`);
  return [];
}

/** The option with the lifetime that takes back what nobody says any more; none if all of it is still said. */
function withdraw(option: NdOption, kept: ReadonlySet<string>): readonly NdOption[] {
  const isGone = (topic: string | undefined) => topic !== undefined && !kept.has(topic);
  switch (option.kind) {
    case 'prefix-information': {
      if (!isGone(topics(option)[0])) return [];
      const validLifetimeSeconds = Math.min(option.validLifetimeSeconds, withdrawnValidSeconds);
      return [{ ...option, preferredLifetimeSeconds: 0, validLifetimeSeconds }];
    }
    case 'rdnss': {
      const servers = option.servers.filter(({ value }) => isGone(`server ${value}`));
      return servers.length > 0 ? [{ ...option, lifetimeSeconds: 0, servers }] : [];
    }
    case 'dnssl': {
      const domains = option.domains.filter((domain) => isGone(`domain ${domain}`));
      return domains.length > 0 ? [{ ...option, lifetimeSeconds: 0, domains }] : [];
    }
    default:
      return [];
  }
}
