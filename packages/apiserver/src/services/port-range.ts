import { UsageError } from '@coxswain/foundation';

/** The ports that NodePort Services get; both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `30000-32767`. @throws UsageError */
export function parsePortRange(text: string): PortRange {
  const match = /^(\d+)-(\d+)$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || first < 1 || last > 65535 || last < first)
    throw new UsageError(`--service-node-port-range: ${text} is not a range of ports such as 30000-32767`);
  return { first, last };
}
