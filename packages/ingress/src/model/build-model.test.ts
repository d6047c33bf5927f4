import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Ingress, IngressClass, Secret, Service } from '@coxswain/api';
import { buildModel } from './build-model.ts';
import { ownIngresses } from './own-ingresses.ts';
import type { Target } from './proxy-model.ts';

const CONTROLLER = 'coxswain.dev/ingress';

const ours = { metadata: { name: 'coxswain' }, spec: { controller: CONTROLLER } } as IngressClass;
const ourDefault = {
  metadata: { name: 'coxswain', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  spec: { controller: CONTROLLER },
} as IngressClass;
const theirs = { metadata: { name: 'other' }, spec: { controller: 'example.com/other' } } as IngressClass;

function service(name: string, clusterIP: string, ports: readonly Record<string, unknown>[]): Service {
  return { metadata: { name, namespace: 'shop' }, spec: { clusterIP, ports } } as unknown as Service;
}

const services = [
  service('web', '10.96.0.1', [
    { name: 'http', port: 80 },
    { name: 'admin', port: 8081 },
  ]),
  service('api', '10.96.0.2', [{ name: 'https', port: 8443 }]),
  service('db', 'None', [{ port: 5432 }]),
  service('names', '10.96.0.3', [{ name: 'dns', port: 53, protocol: 'UDP' }]),
];

const TO: Record<string, Target> = {
  web: { scheme: 'http', host: '10.96.0.1', port: 80 },
  admin: { scheme: 'http', host: '10.96.0.1', port: 8081 },
  api: { scheme: 'https', host: '10.96.0.2', port: 8443 },
};

const to = (name: string, port: Record<string, unknown> = { number: 80 }) => ({ service: { name, port } });

function ingress(name: string, spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): Ingress {
  return {
    metadata: { name, namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { ingressClassName: 'coxswain', ...spec },
  } as unknown as Ingress;
}

function rule(host: string | undefined, ...paths: (readonly [string, string, ReturnType<typeof to>])[]) {
  return {
    ...(host === undefined ? {} : { host }),
    http: { paths: paths.map(([pathType, path, backend]) => ({ pathType, path, backend })) },
  };
}

function build(
  ingresses: readonly Ingress[],
  options: { classes?: readonly IngressClass[]; secrets?: readonly Secret[] } = {},
) {
  return buildModel({
    ingresses: ownIngresses({ ingresses, classes: options.classes ?? [ours, theirs] }, CONTROLLER),
    service: (key) => services.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key),
    secret: (key) => options.secrets?.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key),
  });
}

/** `host: Match path -> target` lines. */
function lines({ model }: ReturnType<typeof build>): string[] {
  return model.servers.flatMap(({ host, locations }) =>
    locations.map(({ match, path, target }) => {
      const name = Object.keys(TO).find((key) => JSON.stringify(TO[key]) === JSON.stringify(target)) ?? 'nowhere';
      return `${host || '*'}: ${match} ${path} -> ${name}`;
    }),
  );
}

suite('buildModel', () => {
  const cases: readonly {
    readonly title: string;
    readonly ingresses: readonly Ingress[];
    readonly classes?: readonly IngressClass[];
    readonly want: readonly string[];
    readonly problems?: readonly string[];
  }[] = [
    {
      title: 'hosts and paths, by port number and by name, sorted by path',
      ingresses: [
        ingress('a', {
          rules: [
            rule(
              'Shop.example',
              ['Prefix', '/', to('web')],
              ['Exact', '/api', to('api', { name: 'https' })],
              ['Prefix', '/admin/', to('web', { name: 'admin' })],
            ),
          ],
        }),
      ],
      want: [
        'shop.example: Prefix / -> web',
        'shop.example: Prefix /admin -> admin',
        'shop.example: Exact /api -> api',
      ],
    },
    {
      title: 'a path without a type to speak of is a prefix, an empty one is all',
      ingresses: [ingress('a', { rules: [rule('x', ['ImplementationSpecific', '', to('web')])] })],
      want: ['x: Prefix / -> web'],
    },
    {
      title: 'the default backend takes what no path of its hosts takes',
      ingresses: [
        ingress('a', {
          defaultBackend: to('web'),
          rules: [rule('x', ['Prefix', '/api', to('api', { number: 8443 })])],
        }),
      ],
      want: ['x: Prefix / -> web', 'x: Prefix /api -> api'],
    },
    {
      title: 'a default backend alone takes every host',
      ingresses: [ingress('a', { defaultBackend: to('web') })],
      want: ['*: Prefix / -> web'],
    },
    {
      title: 'classes of others are left to them, and so is none without a default of ours',
      ingresses: [
        ingress('a', { ingressClassName: 'other', defaultBackend: to('web') }),
        ingress('b', { ingressClassName: 'missing', defaultBackend: to('web') }),
        ingress('c', { ingressClassName: undefined, defaultBackend: to('web') }),
      ],
      want: [],
    },
    {
      title: 'no class is ours when ours is the default; the old annotation names one too',
      classes: [ourDefault, theirs],
      ingresses: [
        ingress('a', { ingressClassName: undefined, rules: [rule('a', ['Prefix', '/', to('web')])] }),
        ingress(
          'b',
          { ingressClassName: undefined, rules: [rule('b', ['Prefix', '/', to('web')])] },
          { annotations: { 'kubernetes.io/ingress.class': 'coxswain' } },
        ),
        ingress(
          'c',
          { ingressClassName: undefined, rules: [rule('c', ['Prefix', '/', to('web')])] },
          { annotations: { 'kubernetes.io/ingress.class': 'other' } },
        ),
      ],
      want: ['a: Prefix / -> web', 'b: Prefix / -> web'],
    },
    {
      title: 'the older of two keeps a path, whatever their names',
      ingresses: [
        ingress(
          'a',
          { rules: [rule('x', ['Prefix', '/', to('api', { number: 8443 })], ['Prefix', '/new', to('web')])] },
          { creationTimestamp: '2026-01-02T00:00:00Z' },
        ),
        ingress('b', { rules: [rule('x', ['Prefix', '/', to('web')])] }),
      ],
      want: ['x: Prefix / -> web', 'x: Prefix /new -> web'],
      problems: ['shop/a Conflict: another Ingress already has Prefix path / of host x'],
    },
    {
      title: 'what is not there is answered with 503 and told',
      ingresses: [
        ingress('a', {
          rules: [
            rule(
              'x',
              ['Prefix', '/a', to('gone')],
              ['Prefix', '/b', to('web', { number: 81 })],
              ['Prefix', '/c', to('db', { number: 5432 })],
              ['Prefix', '/d', to('names', { number: 53 })],
            ),
          ],
        }),
      ],
      want: ['/a', '/b', '/c', '/d'].map((path) => `x: Prefix ${path} -> nowhere`),
      problems: [
        ['gone', 80],
        ['web', 81],
        ['db', 5432],
        ['names', 53],
      ].map(([name, port]) => `shop/a ServiceNotFound: service "${name}" with port ${port} and a cluster IP not found`),
    },
    {
      title: 'a path that would leave its quotes is not served',
      ingresses: [
        ingress('a', { rules: [rule('x', ['Prefix', '/"; return 200; #', to('web')], ['Prefix', '/ok', to('web')])] }),
      ],
      want: ['x: Prefix /ok -> web'],
      problems: ['shop/a InvalidPath: path "/\\"; return 200; #" has characters that no request can have'],
    },
  ];
  for (const { title, ingresses, classes, want, problems = [] } of cases)
    test(title, () => {
      const built = build(ingresses, classes ? { classes } : {});
      assert.deepEqual(lines(built), want);
      assert.deepEqual(
        built.problems.map(({ ingress: key, reason, message }) => `${key} ${reason}: ${message}`),
        problems,
      );
    });

  test('a Secret that is missing or unreadable leaves its host without TLS, and says nothing of its content', () => {
    const secret = {
      metadata: { name: 'bad', namespace: 'shop' },
      data: { 'tls.crt': 'eA==', 'tls.key': 'aHVudGVyMg==' },
    } as unknown as Secret;
    const { model, problems } = build(
      [
        ingress('a', {
          tls: [
            { hosts: ['x'], secretName: 'gone' },
            { hosts: ['x'], secretName: 'bad' },
          ],
          rules: [rule('x', ['Prefix', '/', to('web')])],
        }),
      ],
      { secrets: [secret] },
    );
    assert.deepEqual(
      model.servers.map(({ certificate }) => certificate),
      [undefined],
    );
    assert.deepEqual(
      problems.map(({ reason }) => reason),
      ['SecretNotFound', 'InvalidCertificate'],
    );
    assert.doesNotMatch(JSON.stringify(problems), /hunter2|aHVudGVy/);
  });
});
