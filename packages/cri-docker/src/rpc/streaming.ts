import { CriError } from '@coxswain/cri';

/** Exec, Attach and PortForward need a streaming server. */
export async function streamingUnimplemented(): Promise<never> {
  throw new CriError('UNIMPLEMENTED', 'streaming is not implemented by this runtime yet');
}

export async function checkpointUnimplemented(): Promise<never> {
  throw new CriError('UNIMPLEMENTED', 'checkpointing is not implemented by this runtime');
}
