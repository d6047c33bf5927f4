import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type Logger, runCommand } from '@coxswain/foundation';
import { IptablesBackend } from '../iptables/iptables-backend.ts';
import { JUMPS } from '../iptables/render-tables.ts';
import type { Backend, Family, RuleSet } from '../rule-set.ts';
import { IP_SETS, renderIpvs, renderIpvsChanges } from './render-ipvs.ts';
import { renderIpSets, renderIpvsRules } from './render-rules.ts';

export interface IpvsBackendOptions {
  readonly family: Family;
  readonly clusterCIDR: string | undefined;
  readonly serviceCIDR: string | undefined;
  readonly log: Logger;
}

const INTERFACE = 'kube-ipvs0';
/** Where packets come into our chains; those of the iptables backend that mean the same. */
const OURS = JUMPS.filter(({ table, rule }) => table === 'nat' || /KUBE-(FORWARD|PROXY-FIREWALL)/.test(rule.join(' ')));

/** Virtual services of the kernel's IPVS, for IPv4. Refused where the kernel or the programs are missing. */
export class IpvsBackend implements Backend {
  readonly name = 'ipvs';
  readonly #options: IpvsBackendOptions;
  #rendered: ReturnType<typeof renderIpvs> | undefined;

  constructor(options: IpvsBackendOptions) {
    this.#options = options;
  }

  async probe(signal: AbortSignal): Promise<void> {
    if (!existsSync('/proc/net/ip_vs')) await runCommand('modprobe', ['ip_vs'], { signal }).catch(() => {});
    if (!existsSync('/proc/net/ip_vs'))
      throw new Error('this kernel has no IPVS (module ip_vs): use --proxy-mode=nftables or iptables');
    for (const program of ['ipvsadm', 'ipset'])
      await runCommand(program, ['--version'], { signal }).catch(() => {
        throw new Error(`the program ${program} is missing, proxy mode ipvs needs it`);
      });
  }

  async sync(ruleSet: RuleSet, changed: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<void> {
    const own = await this.#addresses(signal);
    const nodeAddresses = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !own.has(address))
      .map(({ address }) => address);
    const rendered = renderIpvs(ruleSet, { nodeAddresses });
    if (changed === undefined) {
      await runCommand('ip', ['link', 'add', INTERFACE, 'type', 'dummy'], { signal }).catch(() => {});
      await runCommand('sysctl', ['-qw', 'net.ipv4.vs.conntrack=1'], { signal });
    }
    await runCommand('ipset', ['restore'], { input: renderIpSets(rendered.sets), signal });
    if (changed === undefined) await this.#rules(signal);
    const ours = new Set([...own, ...rendered.addresses, ...nodeAddresses]);
    const saved = await runCommand('ipvsadm', ['--save', '--numeric'], { signal });
    for (const command of renderIpvsChanges(saved, rendered.services, (ip) => ours.has(ip)))
      await runCommand('ipvsadm', command.split(' '), { signal });
    const lines = [
      ...rendered.addresses.filter((ip) => !own.has(ip)).map((ip) => `addr replace ${ip}/32 dev ${INTERFACE}`),
      ...[...own].filter((ip) => !rendered.addresses.includes(ip)).map((ip) => `addr del ${ip}/32 dev ${INTERFACE}`),
    ];
    if (lines.length > 0) await runCommand('ip', ['-force', '-batch', '-'], { input: `${lines.join('\n')}\n`, signal });
    this.#rendered = rendered;
  }

  async intact(signal: AbortSignal): Promise<boolean> {
    if (!this.#rendered) return false;
    const saved = await runCommand('ipvsadm', ['--save', '--numeric'], { signal });
    const rules = await runCommand('iptables-save', ['-t', 'nat'], { signal });
    return (
      renderIpvsChanges(saved, this.#rendered.services, () => false).length === 0 &&
      rules.includes('-j KUBE-SERVICES') &&
      rules.includes('--match-set KUBE-CLUSTER-IP')
    );
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    const present = await runCommand('ip', ['link', 'show', INTERFACE], { signal }).catch(() => '');
    if (present === '') return;
    const own = await this.#addresses(signal);
    if (own.size > 0) {
      const saved = await runCommand('ipvsadm', ['--save', '--numeric'], { signal });
      for (const command of renderIpvsChanges(saved, [], (ip) => own.has(ip)))
        await runCommand('ipvsadm', command.split(' '), { signal });
    }
    await runCommand('ip', ['link', 'del', INTERFACE], { signal }).catch(() => {});
    await new IptablesBackend(this.#options).cleanup(signal);
    for (const name of Object.keys(IP_SETS)) await runCommand('ipset', ['destroy', name], { signal }).catch(() => {});
    this.#rendered = undefined;
  }

  async #rules(signal: AbortSignal): Promise<void> {
    const input = renderIpvsRules(this.#options.clusterCIDR);
    await runCommand('iptables-restore', ['-w', '5', '--noflush'], { input, signal });
    for (const { table, from, rule } of OURS) {
      const args = (verb: string) => ['-w', '5', '-t', table, verb, from, ...rule];
      await runCommand('iptables', args('-C'), { signal }).catch(() => runCommand('iptables', args('-I'), { signal }));
    }
  }

  async #addresses(signal: AbortSignal): Promise<Set<string>> {
    const text = await runCommand('ip', ['-j', '-4', 'addr', 'show', 'dev', INTERFACE], { signal }).catch(() => '[]');
    const listed = JSON.parse(text.trim() || '[]') as { addr_info?: { local?: string }[] }[];
    return new Set(listed.flatMap(({ addr_info = [] }) => addr_info.flatMap(({ local }) => (local ? [local] : []))));
  }
}
