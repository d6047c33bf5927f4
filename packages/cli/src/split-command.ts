import { GLOBAL_FLAGS } from './context.ts';

/** Finds the command's name, before which flags that every command takes may stand: `-n kube-system get pods`. */
export function splitCommand(argv: readonly string[]): { readonly name: string | undefined; readonly rest: string[] } {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!word.startsWith('-')) return { name: word, rest: argv.filter((_, at) => at !== i) };
    const flag = Object.entries(GLOBAL_FLAGS).find(
      ([name, spec]) => word === `--${name}` || ('short' in spec && word === `-${spec.short}`),
    );
    if (flag && flag[1].kind !== 'boolean') i++;
  }
  return { name: undefined, rest: [...argv] };
}
