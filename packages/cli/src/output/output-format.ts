import { UsageError } from '@coxswain/foundation';

export type OutputFormat =
  | { readonly kind: 'table'; readonly wide: boolean }
  | { readonly kind: 'json' }
  | { readonly kind: 'yaml' }
  | { readonly kind: 'name' }
  | { readonly kind: 'jsonpath'; readonly template: string };

/** Reads the value of -o. @throws UsageError */
export function parseOutputFormat(text: string): OutputFormat {
  const [name = '', ...rest] = text.split('=');
  const template = rest.join('=');
  switch (name) {
    case '':
      return { kind: 'table', wide: false };
    case 'wide':
      return { kind: 'table', wide: true };
    case 'json':
    case 'yaml':
    case 'name':
      return { kind: name };
    case 'jsonpath':
      if (template === '') throw new UsageError('template format specified but no template given');
      return { kind: 'jsonpath', template };
    default:
      throw new UsageError(
        `unable to match a printer suitable for the output format "${text}", allowed formats are: json,jsonpath,name,wide,yaml`,
      );
  }
}
