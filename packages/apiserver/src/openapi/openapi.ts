import { createHash } from 'node:crypto';
import { type AggregatedApis, NO_AGGREGATED_APIS } from '../aggregation/aggregated-apis.ts';
import { parseMediaType } from '../server/negotiate.ts';
import { type Answer, jsonAnswer, type RequestContext } from '../server/request-context.ts';
import type { Resources } from '../server/resources.ts';
import type { DefinitionNames } from './definition-names.ts';
import { definitionNames } from './definitions.ts';
import { documentV2 } from './document-v2.ts';
import { documentV3 } from './document-v3.ts';
import { encodeGnosticDocument } from './gnostic.ts';

interface Document {
  readonly body: Buffer;
  readonly contentType: string;
  readonly hash: string;
}

/** Clients ask for `spec.v2@v1.0`, but Go can't parse an answer of that type: upstream answers with a dot, too. */
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** /openapi/v2 and /openapi/v3: documents derived from the kinds, made when first asked for and kept. */
export class OpenApi {
  readonly #resources: Resources;
  readonly #aggregated: AggregatedApis;
  readonly #documents = new Map<string, Document>();
  #names: DefinitionNames | undefined;

  constructor(resources: Resources, aggregated: AggregatedApis = NO_AGGREGATED_APIS) {
    this.#resources = resources;
    this.#aggregated = aggregated;
  }

  /** Undefined when no document lives at the path. Those of other servers' groups are asked of them. */
  answer(context: RequestContext, path: string): Answer | undefined | Promise<Answer | undefined> {
    const { query, headers } = context;
    if (path === '/openapi/v2') {
      const protobuf = prefersProtobuf(headers.accept ?? '');
      return deliver(context, protobuf ? this.#v2Protobuf() : this.#v2Json(), { vary: 'Accept' });
    }
    if (path === '/openapi/v3' || path === '/openapi/v3/') return jsonAnswer(200, this.#index());
    const groupVersion = path.startsWith('/openapi/v3/') ? path.slice('/openapi/v3/'.length) : undefined;
    const document = groupVersion === undefined ? undefined : this.#v3(groupVersion);
    if (groupVersion !== undefined && !document && this.#aggregated.openApiHashes().has(groupVersion)) {
      const [, group = '', version = ''] = groupVersion.split('/');
      return this.#aggregated.answer(context, group, version);
    }
    if (!document) return undefined;
    const asked = query.get('hash');
    if (asked !== null && asked !== '' && asked !== document.hash) {
      const location = `/openapi/v3/${groupVersion}?hash=${document.hash}`;
      return { type: 'body', code: 301, contentType: 'text/plain', body: '', headers: { location } };
    }
    const forever = { 'cache-control': 'public, immutable', expires: 'Fri, 01 Jan 2038 00:00:00 GMT' };
    return deliver(context, document, asked ? { vary: 'Accept', ...forever } : { vary: 'Accept' });
  }

  #groupVersions(): { readonly group: string; readonly version: string }[] {
    const others = this.#resources
      .groups()
      .flatMap(({ name, versions }) => versions.map((version) => ({ group: name, version })));
    return [{ group: '', version: 'v1' }, ...others];
  }

  #index(): object {
    const paths: Record<string, object> = {};
    for (const { group, version } of this.#groupVersions()) {
      const name = group === '' ? `api/${version}` : `apis/${group}/${version}`;
      paths[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${this.#v3(name)?.hash}` };
    }
    for (const [name, hash] of this.#aggregated.openApiHashes())
      paths[name] = { serverRelativeURL: `/openapi/v3/${name}${hash === '' ? '' : `?hash=${hash}`}` };
    return { paths };
  }

  #v3(name: string): Document | undefined {
    const [root, ...rest] = name.split('/');
    const [group = '', version = ''] = root === 'api' ? ['', ...rest] : rest;
    if (!this.#resources.serves(group, version)) return undefined;
    const kinds = this.#resources.ofGroupVersion(group, version);
    return this.#keep(`v3 ${name}`, 'application/json', () =>
      Buffer.from(JSON.stringify(documentV3(this.#definitionNames(), kinds, this.#groupVersions()))),
    );
  }

  #v2Json(): Document {
    return this.#keep('v2 json', 'application/json', () => Buffer.from(JSON.stringify(this.#documentV2())));
  }

  #v2Protobuf(): Document {
    return this.#keep('v2 protobuf', V2_PROTOBUF, () => encodeGnosticDocument(this.#documentV2()));
  }

  #documentV2() {
    return documentV2(this.#definitionNames(), this.#resources.kinds, this.#groupVersions());
  }

  #definitionNames(): DefinitionNames {
    this.#names ??= definitionNames(this.#resources.kinds);
    return this.#names;
  }

  #keep(key: string, contentType: string, make: () => Buffer): Document {
    const known = this.#documents.get(key);
    if (known) return known;
    const body = make();
    const document = { body, contentType, hash: createHash('sha512').update(body).digest('hex').toUpperCase() };
    this.#documents.set(key, document);
    return document;
  }
}

function prefersProtobuf(accept: string): boolean {
  for (const clause of accept.split(',')) {
    const { mediaType } = parseMediaType(clause);
    if (mediaType.startsWith('application/com.github.proto-openapi.spec.v2')) return true;
    if (mediaType === 'application/json' || mediaType === '*/*') return false;
  }
  return false;
}

function deliver({ headers }: RequestContext, document: Document, extra: Record<string, string>): Answer {
  const { body, contentType, hash } = document;
  const etag = `"${hash}"`;
  const all = { ...extra, etag };
  if (headers['if-none-match'] === etag) return { type: 'body', code: 304, contentType, body: '', headers: all };
  return { type: 'body', code: 200, contentType, body, headers: all };
}
