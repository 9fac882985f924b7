/**
 * The controller's side of the agents' feed: the declared world in, port intents out to the hosts where the ports are
 * plugged; what hosts wired, leased, learned and dropped comes back into the store. It knows the feed's words and the
 * intents, but neither OVN nor requests, and not what an intent becomes on the host.
 */
export { HostFeed, type HostFeedOptions, type HostFeedProgress } from './host-feed.ts';
export { type AdvertisingSettings, defaultAdvertising } from './intent.ts';
export { serveFeed } from './server.ts';
