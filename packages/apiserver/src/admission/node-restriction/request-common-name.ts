const SEQUENCE = 0x30;
/** id-at-commonName, 2.5.4.3, with its tag and length. */
const COMMON_NAME = Buffer.from([0x06, 0x03, 0x55, 0x04, 0x03]);
const PEM = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

/** The subject's common name in a PEM text of a PKCS #10 request, '' without one; undefined when it is no request. */
export function requestCommonName(pem: string): string | undefined {
  const [, base64] = PEM.exec(pem) ?? [];
  if (base64 === undefined) return undefined;
  try {
    // CertificationRequest { CertificationRequestInfo { version, subject, … }, … }
    const info = read(read(Buffer.from(base64, 'base64'), SEQUENCE).content, SEQUENCE);
    const subject = read(read(info.content).rest, SEQUENCE);
    let name = '';
    for (const set of elements(subject.content))
      for (const attribute of elements(set.content)) {
        const type = attribute.content.subarray(0, COMMON_NAME.length);
        if (type.equals(COMMON_NAME)) name = read(attribute.content.subarray(COMMON_NAME.length)).content.toString();
      }
    return name;
  } catch {
    return undefined;
  }
}

function* elements(content: Buffer): Generator<Element> {
  for (let rest = content; rest.length > 0; ) {
    const element = read(rest);
    yield element;
    rest = element.rest;
  }
}

/** The first element of DER. @throws RangeError when it is cut short or of another tag */
function read(der: Buffer, wanted?: number): Element {
  const tag = der.readUInt8(0);
  if (wanted !== undefined && tag !== wanted) throw new RangeError('unexpected tag');
  const first = der.readUInt8(1);
  const long = first & 0x80 ? first & 0x7f : 0;
  const length = long === 0 ? first : der.readUIntBE(2, long);
  const start = 2 + long;
  if (start + length > der.length) throw new RangeError('cut short');
  return { tag, content: der.subarray(start, start + length), rest: der.subarray(start + length) };
}
