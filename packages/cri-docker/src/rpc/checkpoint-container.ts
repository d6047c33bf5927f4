import { CriError } from '@coxswain/cri';

export async function checkpointContainer(): Promise<never> {
  throw new CriError('UNIMPLEMENTED', 'checkpointing is not implemented by this runtime');
}
