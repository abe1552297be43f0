import assert from "node:assert/strict";
import test from "node:test";
import decodeQR from "qr/decode.js";
import { embedSnippet, fitsQr, isLong, SIZES, whoEmbeds } from "../../static/js/dialogs/embed.js";
import { qrPath } from "../../static/js/dialogs/share-qr.js";
import { hidingLink } from "../../static/js/state.js";

const PIXELS = 6;
const URL_ =
  "http://192.168.1.20:8000/#v=1&dataset=spiral&features=x1,x2,sqrt(x1^2%2Bx2^2)&layers=8:relu,8:relu";

/** A path of squares as a picture, dark on white. @param {{side: number, path: string}} code */
function picture({ side, path }) {
  const width = side * PIXELS;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = +y * PIXELS; row < (+y + 1) * PIXELS; row++) {
      for (let column = +x * PIXELS; column < (+x + +run) * PIXELS; column++) {
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
      }
    }
  }
  return { width, height: width, data };
}

test("a phone reads the link from the code", () => {
  assert.equal(decodeQR(picture(qrPath(URL_))), URL_);
  const longest = URL_.padEnd(1200, "x");
  assert.ok(fitsQr(longest));
  assert.equal(decodeQR(picture(qrPath(longest))), longest);
  assert.equal(fitsQr(`${longest}x`), false);
});

test("a long address is said to be one", () => {
  assert.equal(isLong("x".repeat(2000)), false);
  assert.equal(isLong("x".repeat(2001)), true);
});

test("a frame has the address with its signs written for HTML", () => {
  const snippet = embedSnippet('https://a.b/?lang=en#v=1&x="<', SIZES.full, 'A "page"');
  assert.match(snippet, /src="https:\/\/a\.b\/\?lang=en#v=1&amp;x=&quot;&lt;"/);
  assert.match(snippet, /width="100%" height="720" title="A &quot;page&quot;"/);
  assert.match(snippet, /<\/iframe>$/);
});

test("who may embed is read from the policy", () => {
  assert.equal(whoEmbeds("*"), "all");
  assert.equal(whoEmbeds("'none'"), "none");
  assert.equal(whoEmbeds("'self' https://school.example"), "some");
});

test("names of hidden controls that would divide a link are written as numbers", () => {
  assert.equal(hidingLink("#v=1", ["a,b", "(c)"], false), "#v=1&hidden=a%252Cb,%2528c%2529");
  assert.equal(hidingLink("#dataset=xor", ["a&b"], false), "#dataset=xor&a%26b_hide=true");
});
