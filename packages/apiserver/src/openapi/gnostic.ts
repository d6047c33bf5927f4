import type { DocumentV2, OperationV2, ParameterV2, PathItemV2 } from './document-v2.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import type { Schema } from './schema.ts';

const message = () => new ProtobufWriter();
const METHODS = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['patch', 8],
] as const;

/** The OpenAPI 2.0 document as gnostic's openapi.v2.Document message, which kubectl up to 1.28 insists on. */
export function encodeGnosticDocument({ swagger, info, paths, definitions }: DocumentV2): Buffer {
  return message()
    .string(1, swagger)
    .message(2, message().string(1, info.title).string(2, info.version))
    .message(
      8,
      message().messages(
        2,
        Object.entries(paths).map(([path, item]) => named(path, pathItem(item))),
      ),
    )
    .message(9, schemas(definitions))
    .finish();
}

function named(name: string, value: ProtobufWriter): ProtobufWriter {
  return message().string(1, name).message(2, value);
}

function schemas(all: Readonly<Record<string, Schema>>): ProtobufWriter {
  return message().messages(
    1,
    Object.entries(all).map(([name, value]) => named(name, schema(value))),
  );
}

function pathItem(item: PathItemV2): ProtobufWriter {
  const result = message();
  for (const [method, field] of METHODS) {
    const value = item[method] as OperationV2 | undefined;
    if (value) result.message(field, operation(value));
  }
  return result.messages(9, item.parameters.map(parameter));
}

function operation({ operationId, produces, consumes, parameters, responses, ...rest }: OperationV2): ProtobufWriter {
  const answers = Object.entries(responses).map(([code, { description, schema: body }]) => {
    const response = message().string(1, description);
    if (body) response.message(2, message().message(1, schema(body)));
    return named(code, message().message(1, response));
  });
  return message()
    .string(5, operationId)
    .strings(6, produces)
    .strings(7, consumes)
    .messages(8, parameters.map(parameter))
    .message(9, message().messages(1, answers))
    .messages(13, extensions(rest));
}

function parameter({ name, in: place, required, type, schema: body }: ParameterV2): ProtobufWriter {
  const wrap = (value: ProtobufWriter) => message().message(1, value);
  switch (place) {
    case 'body': {
      const value = message().string(2, name).string(3, place).bool(4, required);
      if (body) value.message(5, schema(body));
      return wrap(message().message(1, value));
    }
    case 'query': {
      const value = message().bool(1, required).string(2, place).string(4, name).string(6, type);
      return wrap(message().message(2, message().message(3, value)));
    }
    case 'path': {
      const value = message().bool(1, required).string(2, place).string(4, name).string(5, type);
      return wrap(message().message(2, message().message(4, value)));
    }
    default:
      return place satisfies never;
  }
}

function schema(value: Schema): ProtobufWriter {
  const {
    $ref,
    format,
    description,
    default: initial,
    required,
    additionalProperties,
    type,
    items,
    properties,
  } = value;
  return message()
    .string(1, $ref)
    .string(2, format)
    .string(4, description)
    .message(5, initial === undefined ? undefined : any(initial))
    .strings(19, required)
    .messages(20, (value.enum ?? []).map(any))
    .message(21, additionalProperties && message().message(1, schema(additionalProperties)))
    .message(22, type === undefined ? undefined : message().strings(1, [type]))
    .message(23, items && message().message(1, schema(items)))
    .message(25, properties && schemas(properties))
    .messages(31, extensions(value));
}

function extensions(value: object): ProtobufWriter[] {
  return Object.entries(value)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, extension]) => named(name, any(extension)));
}

/** A value as YAML text; JSON is YAML. */
function any(value: unknown): ProtobufWriter {
  return message().string(2, `${JSON.stringify(value)}\n`);
}
