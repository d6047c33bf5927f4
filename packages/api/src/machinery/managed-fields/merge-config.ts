import { isObject } from '../json.ts';
import { itemElement } from './compare-objects.ts';
import type { ListShape, Shape } from './shape.ts';

/**
 * The live value with what the configuration says: leaves are replaced, the rest is merged by its parts. Items of a list
 * keep the configuration's order; those that it does not name stay before the item that they stood before.
 * Changes neither; the result shares their parts.
 */
export function mergeConfig(shape: Shape, live: unknown, config: unknown): unknown {
  if (live === undefined || live === null || config === null) return config;
  switch (shape.kind) {
    case 'leaf':
      return config;
    case 'struct':
      return mergeObjects((name) => shape.fields.get(name)?.shape, live, config);
    case 'map':
      return mergeObjects(() => shape.value, live, config);
    case 'list':
    case 'set':
      return Array.isArray(live) && Array.isArray(config) ? mergeLists(shape, live, config) : config;
    default:
      return shape satisfies never;
  }
}

function mergeObjects(shapeOf: (name: string) => Shape | undefined, live: unknown, config: unknown): unknown {
  if (!isObject(live) || !isObject(config)) return config;
  const result: Record<string, unknown> = { ...live };
  for (const name of Object.keys(config)) {
    if (name === '__proto__') continue;
    const shape = shapeOf(name);
    const old = Object.hasOwn(live, name) ? live[name] : undefined;
    result[name] = shape ? mergeConfig(shape, old, config[name]) : config[name];
  }
  return result;
}

function mergeLists(shape: ListShape | { readonly kind: 'set' }, live: unknown[], config: unknown[]): unknown[] {
  const lives = new Map(live.map((item, i) => [itemElement(shape, item, i), item]));
  const wanted = new Set(config.map((item, i) => itemElement(shape, item, i)));
  const done = new Set<string>();
  const result: unknown[] = [];
  let next = 0;
  const keepOthers = () => {
    for (; next < live.length; next++) {
      const element = itemElement(shape, live[next], next);
      if (!wanted.has(element)) result.push(live[next]);
      else if (!done.has(element)) return;
    }
  };
  config.forEach((item, i) => {
    keepOthers();
    const element = itemElement(shape, item, i);
    const old = lives.get(element);
    result.push(shape.kind === 'list' && old !== undefined ? mergeConfig(shape.item, old, item) : item);
    done.add(element);
  });
  keepOthers();
  return result;
}
