/** Pieces of manifests as YAML text; containers are in flow style, so they fit wherever a list takes them. */

/** A busybox container that runs a shell script; `more` are further fields of it. */
export function busybox(name: string, script: string, more = ''): string {
  const fields = `name: ${name}, image: "busybox:1.36", command: [sh, -c, ${JSON.stringify(script)}]`;
  return `{ ${fields}${more === '' ? '' : `, ${more}`} }`;
}

/** A busybox that stays until it is told to end, and then does at once. */
export function sleeper(name = 'main', more = ''): string {
  return busybox(name, 'trap "exit 0" TERM; sleep 86400 & wait', more);
}

/** A document with a pod labelled `app: <name>`; `spec` are its fields, one a line, indented by two. */
export function podManifest(name: string, spec: string, metadata = ''): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} }${metadata === '' ? '' : `, ${metadata}`} }
spec:
${/^\s*terminationGracePeriodSeconds:/m.test(spec) ? '' : '  terminationGracePeriodSeconds: 1\n'}  ${spec.trim()}
`;
}
