class Rates {
    // ruleid: http-client-without-timeout-kotlin
    private val template = RestTemplate()

    // ok: http-client-without-timeout-kotlin
    private val built = builder.setReadTimeout(Duration.ofSeconds(5)).build()

    // ruleid: http-client-without-timeout-java-create
    private val client = RestClient.create("https://rates.example.com")

    // ok: http-client-without-timeout-java-create
    private val custom = RestClient.builder().requestFactory(factory).build()

    fun read(address: String): String {
        // ruleid: http-client-without-timeout-kotlin-url
        return URL(address).readText()
    }

    fun request(uri: URI): HttpRequest {
        // ruleid: http-client-without-timeout-kotlin-net
        return HttpRequest.newBuilder().uri(uri).build()
    }

    fun bounded(uri: URI): HttpRequest {
        // ok: http-client-without-timeout-kotlin-net
        return HttpRequest.newBuilder().uri(uri).timeout(Duration.ofSeconds(5)).build()
    }
}
