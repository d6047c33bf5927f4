import type { Location, ProxyModel, Target, VirtualServer } from '../model/proxy-model.ts';

export interface RenderOptions {
  /** Where files may be written. */
  readonly folder: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** The port of `SERVICE.NAMESPACE.localhost`, on which the Ingresses answer too; undefined for none. */
  readonly localPort: number | undefined;
  /** The address of the cluster's DNS, for targets that are names; undefined when there are none. */
  readonly resolver: string | undefined;
  /** On loopback: 200 for /healthz. */
  readonly healthPort: number;
  /** The path of a certificate's file and of its key's. */
  readonly certificatePaths: (name: string) => { readonly certificate: string; readonly key: string };
}

/** The configuration that makes nginx (1.19.4 or newer) the proxy of the model. */
export function renderNginx(model: ProxyModel, options: RenderOptions): string {
  const { folder, localPort, healthPort } = options;
  const named = model.servers.filter(({ host }) => host !== '');
  const fallback = model.servers.find(({ host }) => host === '') ?? { host: '', certificate: undefined, locations: [] };
  return [
    `pid ${folder}/nginx.pid;
error_log stderr warn;
worker_processes 2;
worker_shutdown_timeout 60s;
events {
  worker_connections 8192;
}
http {
  access_log off;
  server_tokens off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server_names_hash_max_size 16384;
  server_names_hash_bucket_size 512;
  map_hash_max_size 65536;
  map_hash_bucket_size 512;
  client_max_body_size 0;
  proxy_request_buffering off;
  proxy_http_version 1.1;
  proxy_connect_timeout 5s;
  proxy_read_timeout 1h;
  proxy_send_timeout 1h;
  proxy_buffering off;
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  proxy_set_header Host $http_host;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  map $http_upgrade $connection_upgrade {
    default upgrade;
    '' '';
  }`,
    `  server {
    listen 127.0.0.1:${healthPort};
    location = /healthz {
      return 200 "ok\\n";
    }
  }`,
    renderServer(fallback, options, true),
    ...named.map((server) => renderServer(server, options, false)),
    ...(localPort === undefined ? [] : [renderLocalNames(model.localNames, localPort, options.resolver)]),
    '}\n',
  ].join('\n');
}

function renderServer(server: VirtualServer, options: RenderOptions, fallback: boolean): string {
  const { httpPort, httpsPort, localPort, certificatePaths } = options;
  const suffix = fallback ? ' default_server' : '';
  const lines = [`listen ${httpPort}${suffix};`];
  if (localPort !== undefined) lines.push(`listen ${localPort}${suffix};`);
  if (server.certificate !== undefined) {
    const { certificate, key } = certificatePaths(server.certificate);
    lines.push(`listen ${httpsPort} ssl${suffix};`, `ssl_certificate ${certificate};`, `ssl_certificate_key ${key};`);
  } else if (fallback) {
    lines.push(`listen ${httpsPort} ssl default_server;`, 'ssl_reject_handshake on;');
  }
  lines.push(`server_name ${fallback ? '_' : serverName(server.host)};`);
  const exact = new Set(server.locations.filter(({ match }) => match === 'Exact').map(({ path }) => path));
  for (const location of server.locations) lines.push(...renderLocation(location, exact));
  if (!server.locations.some(({ match, path }) => match === 'Prefix' && path === '/'))
    lines.push('location / {', '  return 404;', '}');
  return ['  server {', ...lines.map((line) => `    ${line}`), '  }'].join('\n');
}

/** nginx' own wildcard takes any number of labels, an Ingress' just one. */
function serverName(host: string): string {
  if (!host.startsWith('*.')) return host;
  return `~^[^.]+${host.slice(1).replaceAll('.', '\\.')}$`;
}

function renderLocation({ match, path, target }: Location, exact: ReadonlySet<string>): string[] {
  const body = target ? proxyTo(target) : 'return 503;';
  const block = (modifier: string, at: string) => [`location ${modifier}"${at}" {`, `  ${body}`, '}'];
  if (match === 'Exact') return block('= ', path);
  if (path === '/') return block('', '/');
  return [...(exact.has(path) ? [] : block('= ', path)), ...block('', `${path}/`)];
}

function proxyTo(target: Target): string {
  return `proxy_pass ${address(target)};`;
}

function renderLocalNames(names: ReadonlyMap<string, Target>, port: number, resolver: string | undefined): string {
  const entries = [...names].map(([name, target]) => `    ${name} ${address(target)};`);
  return `  map $host $local_target {
    default '';
${entries.join('\n')}
  }
  server {
    listen ${port};
    server_name "~^([a-z0-9-]+\\.)?[a-z0-9-]+\\.[a-z0-9-]+\\.localhost$";
    ${resolver === undefined ? '' : `resolver ${resolver.includes(':') ? `[${resolver}]` : resolver} valid=5s;`}
    # What a Service itself answers passes; this is for one that nobody answers for.
    error_page 502 504 =503 @unreachable;
    location / {
      if ($local_target = '') {
        return 404 "no Service of that name: SERVICE.NAMESPACE.localhost, or PORT.SERVICE.NAMESPACE.localhost of several\\n";
      }
      proxy_pass $local_target;
    }
    location @unreachable {
      return 503 "$host: no pod of this Service answers; see kubectl get endpointslices\\n";
    }
  }`;
}

function address({ scheme, host, port }: Target): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
