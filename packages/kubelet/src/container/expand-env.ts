/**
 * Replaces `$(NAME)` by its value; `$$` stands for one dollar sign, and what isn't known stays as written.
 * This is the syntax of container commands, arguments, environment values and subPathExpr.
 */
export function expandEnv(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => {
    if (whole === '$$') return '$';
    return lookup(name ?? '') ?? whole;
  });
}

/** Like `expandEnv`, but lists the names that aren't known. */
export function expandStrict(
  text: string,
  lookup: (name: string) => string | undefined,
): { text: string; missing: string[] } {
  const missing: string[] = [];
  const expanded = expandEnv(text, (name) => {
    const value = lookup(name);
    if (value === undefined) missing.push(name);
    return value;
  });
  return { text: expanded, missing };
}
