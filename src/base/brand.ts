declare const brand: unique symbol;

/**
 * A `T` that only the owner of the brand can make, so that one kind of id or unit is never taken for another. Brands
 * add up: a `Brand<Uuid, 'PortId'>` is a `Uuid` too.
 */
export type Brand<T, Name extends string> = T & { readonly [brand]: { readonly [N in Name]: true } };
