/**
 * Whether a list such as `*,-foo` switches a controller on: named ones are, `-name` ones aren't, `*` stands for all
 * that aren't named. An alias is as good as the name.
 */
export function isControllerEnabled(
  { name, alias }: { readonly name: string; readonly alias: string },
  controllers: readonly string[],
): boolean {
  for (const known of [name, alias]) {
    if (controllers.includes(known)) return true;
    if (controllers.includes(`-${known}`)) return false;
  }
  return controllers.includes('*');
}
