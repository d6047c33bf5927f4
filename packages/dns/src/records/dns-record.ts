/** A record that this server makes itself. Names have no final dot; TTLs are seconds. */
export type DnsRecord =
  | {
      readonly name: string;
      readonly type: 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS';
      readonly ttl: number;
      readonly data: string;
    }
  | { readonly name: string; readonly type: 'TXT'; readonly ttl: number; readonly data: readonly string[] }
  | { readonly name: string; readonly type: 'SRV'; readonly ttl: number; readonly data: ServiceLocation }
  | { readonly name: string; readonly type: 'SOA'; readonly ttl: number; readonly data: StartOfAuthority };

export interface ServiceLocation {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export interface StartOfAuthority {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}
