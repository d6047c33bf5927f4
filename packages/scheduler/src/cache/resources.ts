import { amount, milliAmount } from './amount.ts';

/** Amounts of resources as plain numbers. */
export class Resources {
  milliCpu = 0;
  /** Bytes. */
  memory = 0;
  /** Bytes. */
  ephemeralStorage = 0;
  /** Extended resources and huge pages by name. */
  scalars: Map<string, number> | undefined;

  static of(list: Readonly<Record<string, string>> | undefined): Resources {
    const resources = new Resources();
    for (const name in list) resources.set(name, list[name] as string);
    return resources;
  }

  /** 0 when there is none; CPU in thousandths. */
  get(name: string): number {
    switch (name) {
      case 'cpu':
        return this.milliCpu;
      case 'memory':
        return this.memory;
      case 'ephemeral-storage':
        return this.ephemeralStorage;
      default:
        return this.scalars?.get(name) ?? 0;
    }
  }

  /** `pods` is no resource of a pod and left out. */
  set(name: string, text: string): void {
    switch (name) {
      case 'cpu':
        this.milliCpu = milliAmount(text);
        break;
      case 'memory':
        this.memory = amount(text);
        break;
      case 'ephemeral-storage':
        this.ephemeralStorage = amount(text);
        break;
      case 'pods':
        break;
      default:
        this.scalars ??= new Map();
        this.scalars.set(name, amount(text));
    }
  }

  add(other: Resources): void {
    this.milliCpu += other.milliCpu;
    this.memory += other.memory;
    this.ephemeralStorage += other.ephemeralStorage;
    if (!other.scalars) return;
    this.scalars ??= new Map();
    for (const [name, value] of other.scalars) this.scalars.set(name, (this.scalars.get(name) ?? 0) + value);
  }

  subtract(other: Resources): void {
    this.milliCpu -= other.milliCpu;
    this.memory -= other.memory;
    this.ephemeralStorage -= other.ephemeralStorage;
    for (const [name, value] of other.scalars ?? []) this.scalars?.set(name, (this.scalars.get(name) ?? 0) - value);
  }

  /** Each amount becomes the larger of both. */
  raiseTo(other: Resources): void {
    this.milliCpu = Math.max(this.milliCpu, other.milliCpu);
    this.memory = Math.max(this.memory, other.memory);
    this.ephemeralStorage = Math.max(this.ephemeralStorage, other.ephemeralStorage);
    if (!other.scalars) return;
    this.scalars ??= new Map();
    for (const [name, value] of other.scalars) this.scalars.set(name, Math.max(this.scalars.get(name) ?? 0, value));
  }

  clone(): Resources {
    const copy = new Resources();
    copy.milliCpu = this.milliCpu;
    copy.memory = this.memory;
    copy.ephemeralStorage = this.ephemeralStorage;
    if (this.scalars) copy.scalars = new Map(this.scalars);
    return copy;
  }
}
