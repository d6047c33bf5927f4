declare module 'dns-packet/types.js' {
  /** The number of a record type given by name, or as UNKNOWN_123. */
  export function toType(name: string): number;
}
