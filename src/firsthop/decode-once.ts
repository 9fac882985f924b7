/** How many different values are remembered: the networks of a busy host, with one change of each under way. */
const remembered = 64;

/**
 * Makes a decoder that answers the same value for equal JSON, as long as that is among the recent ones. All ports of a
 * network name the same subnets and routers: what is decoded once is kept once, and whatever is made of it can be too.
 */
export function decodeOnce<Wire, Value>(decode: (wire: Wire) => Value): (wire: Wire) => Value {
  const recent = new Map<string, Value>();
  return (wire) => {
    const key = JSON.stringify(wire);
    const value = recent.get(key) ?? decode(wire);
    recent.delete(key);
    recent.set(key, value);
    const [oldest] = recent.keys();
    if (recent.size > remembered && oldest !== undefined) recent.delete(oldest);
    return value;
  };
}
