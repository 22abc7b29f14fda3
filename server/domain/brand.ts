/** A brand makes two things with the same representation impossible to confuse; it costs nothing at run time. */
declare const brand: unique symbol;

export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
