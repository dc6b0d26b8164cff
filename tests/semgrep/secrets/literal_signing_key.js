const KEY = "not-a-real-key";

// ruleid: literal-signing-key-js
jwt.sign({ sub: user.id }, KEY);
// ruleid: literal-signing-key-js
crypto.createHmac("sha256", "not-a-real-key").update(text);
// ruleid: literal-signing-key-js
app.use(session({ secret: "not-a-real-key", resave: false }));
// ok: literal-signing-key-js
jwt.sign({ sub: user.id }, process.env.JWT_SECRET);
// ok: literal-signing-key-js
crypto.createHmac("sha256", key).update(text);
// ok: literal-signing-key-js
app.use(session({ secret: config.sessionSecret, resave: false }));

// ruleid: literal-signing-key-js-fallback
jwt.sign({ sub: user.id }, process.env.JWT_SECRET || "not-a-real-key");
// ruleid: literal-signing-key-js-fallback
const JWT_SECRET = process.env.JWT_SECRET || "not-a-real-key";
// ok: literal-signing-key-js-fallback
jwt.sign({ sub: user.id }, process.env.JWT_SECRET || "");
// ok: literal-signing-key-js-fallback
const region = process.env.AWS_REGION || "eu-central-1";

module.exports = {
  // ruleid: literal-signing-key-js-config
  cookieSecret: "not_a_real_secret",
  // ok: literal-signing-key-js-config
  jwtSecret: process.env.JWT_SECRET,
  // ok: literal-signing-key-js-config
  sessionKey: "sid",
};

function inProduction() {
  if (process.env.NODE_ENV === "production") {
    if (!process.env.SESSION_SECRET) throw new Error("SESSION_SECRET is required");
  }
  // ok: literal-signing-key-js-fallback
  const sessionSecret = process.env.SESSION_SECRET || "not-a-real-key";
  // ruleid: literal-signing-key-js-fallback
  const tokenSecret = process.env.TOKEN_SECRET || "not-a-real-key";
}

function refused() {
  // ok: literal-signing-key-js-fallback
  const sessionSecret = process.env.SESSION_SECRET || "not-a-real-key";
  if (process.env.NODE_ENV === "production" && sessionSecret === "not-a-real-key") {
    throw new Error("SESSION_SECRET is required");
  }
}

function onlyMeasured() {
  if (process.env.JWT_SECRET && process.env.JWT_SECRET.length < 32) {
    throw new Error("JWT_SECRET is too short");
  }
  // ruleid: literal-signing-key-js-fallback
  const jwtSecret = process.env.JWT_SECRET || "not-a-real-key";
}

function another() {
  // ruleid: literal-signing-key-js-fallback
  const jwtSecret = process.env.JWT_SECRET || "not-a-real-key";
  if (process.env.JWT_SECRET === "changed") {
    throw new Error("change JWT_SECRET");
  }
}

// ok: literal-signing-key-js-fallback
const cookie = process.env.SHOP_AUTH_COOKIE_KEY || "shop_session";
// ruleid: literal-signing-key-js-fallback
const signed = process.env.SHOP_COOKIE_KEY || "not4a5real6key";
// ruleid: literal-signing-key-js-fallback
const secret = process.env.SHOP_COOKIE_SECRET || "shop_session";
// ruleid: literal-signing-key-js-fallback
const session = process.env.SHOP_SESSION_KEY || "keyboard-cat";
// ruleid: literal-signing-key-js-fallback
const kept = process.env.SHOP_COOKIE_KEY || "super-secret-cookie";
