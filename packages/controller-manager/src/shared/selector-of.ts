import { type LabelSelector, labelSelectorAsSelector, type Selector } from '@coxswain/api';

const known = new WeakMap<LabelSelector, Selector>();

/** A cached object's selector, made ready once: cached objects don't change. @throws as labelSelectorAsSelector */
export function selectorOf(selector: LabelSelector | undefined): Selector {
  if (!selector) return labelSelectorAsSelector(selector);
  let made = known.get(selector);
  if (!made) {
    made = labelSelectorAsSelector(selector);
    known.set(selector, made);
  }
  return made;
}
