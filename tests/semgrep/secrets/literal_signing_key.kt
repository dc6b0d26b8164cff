class Tokens(private val fromEnvironment: String) {
    fun sign() {
        // ruleid: literal-signing-key-kotlin
        Algorithm.HMAC256("not-a-real-key")
        // ruleid: literal-signing-key-kotlin
        Keys.hmacShaKeyFor("not-a-real-key".toByteArray())
        // ruleid: literal-signing-key-kotlin
        SecretKeySpec("not-a-real-key".toByteArray(), "AES")
        // ok: literal-signing-key-kotlin
        Algorithm.HMAC256(fromEnvironment)
        // ok: literal-signing-key-kotlin
        Keys.hmacShaKeyFor(fromEnvironment.toByteArray())
        // ok: literal-signing-key-kotlin
        Algorithm.RSA256(publicKey, privateKey)
    }
}
