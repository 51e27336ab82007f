import { defineSource } from 'unackd';
import { checkOptions } from './check.ts';
import { LiveSource } from './live.ts';

export default defineSource({
  api: 1,
  name: 'live',
  doc: 'Captures on network interfaces.',
  live: true,
  options: {
    interface: {
      type: 'list',
      of: 'string',
      doc: 'Interfaces to capture on; any is all of them. One that is not there is waited for.',
    },
    filter: {
      type: 'string',
      optional: true,
      doc: 'Which TCP packets to take, in the language of pcap-filter(7); ICMP errors are always taken.',
    },
    snaplen: {
      type: 'int',
      min: 128,
      max: 65535,
      default: 160,
      doc: 'Bytes kept of each packet: the headers, and what an ICMP error quotes.',
    },
    buffer: {
      type: 'size',
      min: '1MiB',
      max: '2047MiB',
      default: '32MiB',
      doc: "The kernel's ring for each interface; 32 MiB hold some 150,000 packets.",
    },
    promiscuous: {
      type: 'bool',
      default: false,
      doc: 'Also packets for others, where a switch mirrors them here.',
    },
    user: {
      type: 'string',
      optional: true,
      doc: 'Whom a process started as root becomes once the interfaces are open.',
    },
    firewall: {
      type: 'bool',
      default: false,
      doc: "Names the firewall's rules that drop SYNs at this machine's own ports; takes CAP_NET_ADMIN.",
    },
    drop_reasons: {
      type: 'bool',
      default: false,
      doc: "Counts the kernel's reasons to drop packets, by tracefs, while own ports are silent; takes a start as root.",
    },
    vantage: {
      type: 'enum',
      values: ['auto', 'client', 'server', 'both', 'middle', 'unknown'],
      default: 'auto',
      doc: 'Where it is captured; auto tells it from own addresses and the packets.',
    },
  },
  check: checkOptions,
  create(options, host) {
    const { interface: names, filter, snaplen, buffer, promiscuous, user, firewall } = options;
    const settings = { filter, snapLength: snaplen, buffer, promiscuous };
    const rights = { user, firewall, dropReasons: options.drop_reasons };
    return new LiveSource(names, settings, rights, host);
  },
});
