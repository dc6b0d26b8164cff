class Tokens {
    private static final String KEY = "not-a-real-key";

    @Value("${jwt.secret}")
    private String fromEnvironment;

    void sign() {
        // ruleid: literal-signing-key-java
        Algorithm.HMAC256("not-a-real-key");
        // ruleid: literal-signing-key-java
        Keys.hmacShaKeyFor(KEY.getBytes(StandardCharsets.UTF_8));
        // ruleid: literal-signing-key-java
        Jwts.builder().setSubject("x").signWith(SignatureAlgorithm.HS256, "not-a-real-key").compact();
        // ok: literal-signing-key-java
        Algorithm.HMAC256(fromEnvironment);
        // ok: literal-signing-key-java
        new SecretKeySpec(fromEnvironment.getBytes(), "AES");
        // ok: literal-signing-key-java
        Jwts.parser().setSigningKey(keys.current()).parse(text);
    }
}
