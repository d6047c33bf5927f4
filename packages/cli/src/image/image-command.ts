import { parseFlags, UsageError } from '@coxswain/foundation';
import { type Command, GLOBAL_FLAGS } from '../context.ts';

const IMAGE_FLAGS = {
  help: GLOBAL_FLAGS.help,
  project: { kind: 'string', default: '', help: "the cluster's compose project, where several run on this machine" },
} as const;

export const imageCommand: Command = {
  usage: 'image load IMAGE... [--project PROJECT]',
  summary: 'Put local images into every node of a compose cluster',
  flags: IMAGE_FLAGS,
  async run(argv, context) {
    const { flags, args } = parseFlags(IMAGE_FLAGS, argv);
    const [verb, ...images] = args;
    if (verb !== 'load' || images.length === 0) throw new UsageError('usage: cox image load IMAGE...');
    const { loadImages } = await import('./load-images.ts');
    const nodes = await loadImages(images, flags.project || context.env['COMPOSE_PROJECT_NAME'], context.signal);
    context.out(`loaded ${images.join(', ')} into ${nodes.join(', ')}\n`);
    return 0;
  },
};
