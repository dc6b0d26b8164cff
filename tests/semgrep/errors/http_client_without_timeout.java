class Rates {
    // ruleid: http-client-without-timeout-java
    private final RestTemplate template = new RestTemplate();
    // ok: http-client-without-timeout-java
    private final RestTemplate built = builder.setConnectTimeout(Duration.ofSeconds(2)).setReadTimeout(Duration.ofSeconds(5)).build();
    // ruleid: http-client-without-timeout-java-create
    private final RestClient client = RestClient.create();
    // ruleid: http-client-without-timeout-java-apache
    private final CloseableHttpClient apache = HttpClients.createDefault();
    // ok: http-client-without-timeout-java-apache
    private final CloseableHttpClient custom = HttpClients.custom().setDefaultRequestConfig(limits).build();

    void configured(String address) {
        HttpGet request = new HttpGet(address);
        // ruleid: http-client-configured-request
        request.setConfig(RequestConfig.custom().setSocketTimeout(5000).build());
        // ok: http-client-configured-request
        request.setHeader("Accept", "text/csv");
    }

    HttpRequest unbounded(URI uri) {
        // ruleid: http-client-without-timeout-java-net
        return HttpRequest.newBuilder().uri(uri).build();
    }

    HttpRequest bounded(URI uri) {
        // ok: http-client-without-timeout-java-net
        return HttpRequest.newBuilder().uri(uri).timeout(Duration.ofSeconds(5)).build();
    }

    InputStream open(String address) throws IOException {
        // ruleid: http-client-without-timeout-java-url
        return new URL(address).openStream();
    }

    InputStream local() throws IOException {
        // ok: http-client-without-timeout-java-url
        return new URL("file:///etc/rates.csv").openStream();
    }

    void connect(URL url) throws IOException {
        // ruleid: http-client-without-timeout-java-connection
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.connect();
    }

    void connectBounded(URL url) throws IOException {
        // ok: http-client-without-timeout-java-connection
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setReadTimeout(5000);
        connection.connect();
    }

    HttpURLConnection prepared(URL url) throws IOException {
        // ok: http-client-without-timeout-java-connection
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        return connection;
    }
}
