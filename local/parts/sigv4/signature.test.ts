import { canonicalRequest, parseAuthorization, signatureOf, verify } from "./signature.ts";
import type { SignedRequest } from "./signature.ts";

/** The example key pair and requests of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
const KEY = "AKIAIOSFODNN7EXAMPLE";
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SCOPE = "20130524/us-east-1/s3/aws4_request";
const NOW = Date.UTC(2013, 4, 24);
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function example(target: string, more: Readonly<Record<string, string>> = {}, method = "GET"): SignedRequest {
  return {
    method,
    target,
    headers: {
      host: "examplebucket.s3.amazonaws.com",
      "x-amz-content-sha256": EMPTY,
      "x-amz-date": "20130524T000000Z",
      ...more,
    },
    payload: more["x-amz-content-sha256"] ?? EMPTY,
  };
}

const EXAMPLES: readonly (readonly [string, SignedRequest, string])[] = [
  [
    "GetObject",
    example("/test.txt", { range: "bytes=0-9" }),
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    "PutObject",
    example(
      "/test%24file.text",
      {
        date: "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
      },
      "PUT",
    ),
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ],
  [
    "a query without value",
    example("/?lifecycle"),
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "a query in another order",
    example("/?prefix=J&max-keys=2"),
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
];

const signedOf = ({ headers }: SignedRequest): readonly string[] => Object.keys(headers).sort();
const authorize = (request: SignedRequest, signature: string) =>
  parseAuthorization(
    "s3",
    `AWS4-HMAC-SHA256 Credential=${KEY}/${SCOPE},SignedHeaders=${signedOf(request).join(";")},Signature=${signature}`,
  );

it.each(EXAMPLES)("signs %s as AWS does", (_what, request, signature) => {
  expect(signatureOf(request, { scope: SCOPE, signedHeaders: signedOf(request) }, SECRET)).toBe(signature);
  expect(() => verify(request, authorize(request, signature), SECRET, NOW)).not.toThrow();
});

describe("a request that is not as it was signed", () => {
  const [[, request, signature] = ["", example("/"), ""]] = EXAMPLES;
  const refusal = (changed: SignedRequest, now = NOW, secret = SECRET): string => {
    try {
      verify(changed, authorize(request, signature), secret, now);
      return "taken";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  it.each([
    ["another path", { ...request, target: "/other.txt" }, "SignatureDoesNotMatch"],
    ["another method", { ...request, method: "DELETE" }, "SignatureDoesNotMatch"],
    ["a query", { ...request, target: "/test.txt?a" }, "SignatureDoesNotMatch"],
    [
      "another signed header",
      { ...request, headers: { ...request.headers, range: "bytes=0-99" } },
      "SignatureDoesNotMatch",
    ],
    [
      "a header of AWS's that was not signed",
      { ...request, headers: { ...request.headers, "x-amz-tagging": "a=b" } },
      "AccessDenied",
    ],
    [
      "another day",
      { ...request, headers: { ...request.headers, "x-amz-date": "20130525T000000Z" } },
      "AuthorizationHeaderMalformed",
    ],
    [
      "no time",
      { ...request, headers: { ...request.headers, "x-amz-date": "20130524" } },
      "RequestTimeTooSkewed",
    ],
    ["a path that no percent sign holds", { ...request, target: "/%zz" }, "InvalidURI"],
  ])("is refused: %s", (_what, changed, code) => {
    expect(refusal(changed)).toBe(code);
  });

  it("is refused a quarter of an hour later, and with another secret", () => {
    expect(refusal(request, NOW + 15 * 60_000)).toBe("taken");
    expect(refusal(request, NOW + 15 * 60_000 + 1)).toBe("RequestTimeTooSkewed");
    expect(refusal(request, NOW - 15 * 60_000 - 1)).toBe("RequestTimeTooSkewed");
    expect(refusal(request, NOW, `${SECRET}x`)).toBe("SignatureDoesNotMatch");
  });
});

it.each([
  [undefined, "Access Denied"],
  ["Bearer abc", "malformed"],
  [`AWS4-HMAC-SHA256 Credential=${KEY}/${SCOPE}, SignedHeaders=host, Signature=short`, "malformed"],
])("reads no authorization out of %s", (header, message) => {
  expect(() => parseAuthorization("s3", header)).toThrow(message);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, its example of IAM's ListUsers. */
describe("a service that is not S3", () => {
  const scope = "20150830/us-east-1/iam/aws4_request";
  const request: SignedRequest = {
    method: "GET",
    target: "/?Action=ListUsers&Version=2010-05-08",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      host: "iam.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
    },
    payload: EMPTY,
  };
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  const signedNames = ["content-type", "host", "x-amz-date"];
  const signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
  const code = (run: () => unknown): string => {
    try {
      run();
      return "taken";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const authorization = parseAuthorization(
    "iam",
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signedNames.join(";")}, Signature=${signature}`,
  );

  it("is signed as AWS does", () => {
    expect(signatureOf(request, { scope, signedHeaders: signedNames }, secret)).toBe(signature);
    expect(() => verify(request, authorization, secret, Date.UTC(2015, 7, 30, 12, 36))).not.toThrow();
  });

  it("encodes the path once more", () => {
    const canonical = (service: string): string | undefined =>
      canonicalRequest(service, { ...request, target: "/a%20b/c" }, []).split("\n")[1];
    expect([canonical("s3"), canonical("iam")]).toEqual(["/a%20b/c", "/a%2520b/c"]);
  });

  it("refuses in the words of its kind", () => {
    const at = (minute: number) => () =>
      verify(request, authorization, secret, Date.UTC(2015, 7, 30, 12, minute));
    expect(code(() => parseAuthorization("iam", undefined))).toBe("MissingAuthenticationToken");
    expect(code(() => parseAuthorization("iam", "Bearer abc"))).toBe("IncompleteSignature");
    expect(code(() => verify({ ...request, payload: "other" }, authorization, secret))).toBe(
      "SignatureDoesNotMatch",
    );
    expect(code(at(52))).toBe("SignatureDoesNotMatch");
    expect(code(at(51))).toBe("taken");
  });

  it("takes no signature that was made for another service", () => {
    const header = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=host, Signature=${signature}`;
    expect(code(() => parseAuthorization("elasticloadbalancing", header))).toBe("IncompleteSignature");
    expect(code(() => parseAuthorization("s3", header))).toBe("AuthorizationHeaderMalformed");
  });
});
