export const describeCommand = undefined as never;
