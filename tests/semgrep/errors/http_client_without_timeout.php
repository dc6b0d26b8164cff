<?php
use GuzzleHttp\Client;

// ruleid: http-client-without-timeout-guzzle
$a = new Client();
// ruleid: http-client-without-timeout-guzzle
$b = new Client(['base_uri' => 'https://rates.example.com']);
// ruleid: http-client-without-timeout-guzzle
$c = new \GuzzleHttp\Client([]);
// ok: http-client-without-timeout-guzzle
$d = new Client(['timeout' => 5]);
// ok: http-client-without-timeout-guzzle
$e = new \GuzzleHttp\Client(['base_uri' => 'https://rates.example.com', 'timeout' => 5]);
// ok: http-client-without-timeout-guzzle
$f = Http::timeout(5)->get('https://rates.example.com');

function rates(string $address)
{
    $handle = curl_init($address);
    curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
    // ruleid: http-client-without-timeout-php-curl
    return curl_exec($handle);
}

function bounded(string $address)
{
    $handle = curl_init($address);
    curl_setopt($handle, CURLOPT_TIMEOUT, 10);
    // ok: http-client-without-timeout-php-curl
    return curl_exec($handle);
}

function boundedByAList(string $address)
{
    $handle = curl_init();
    curl_setopt_array($handle, [CURLOPT_URL => $address, CURLOPT_TIMEOUT => 10]);
    // ok: http-client-without-timeout-php-curl
    return curl_exec($handle);
}

function current_rates(string $address)
{
    $options = ['timeout' => 4, 'headers' => ['Accept' => 'application/json']];
    try {
        // ok: http-client-without-timeout-guzzle
        $client = new Client();
        return $client->request('GET', $address, $options);
    } catch (\Exception $error) {
        report($error);
    }
}

function old_rates(string $address)
{
    // ok: http-client-without-timeout-guzzle
    $client = new Client();
    $options = ['timeout' => 4];
    return $client->get($address, $options);
}

function endless_rates(string $address)
{
    // ruleid: http-client-without-timeout-guzzle
    $client = new Client();
    $options = ['headers' => ['timeout' => 4]];
    return $client->get($address, $options);
}

function made_rates(string $address)
{
    // ok: http-client-without-timeout-guzzle
    $client = new Client();
    try {
        $response = $client->request('GET', $address, Outgoing::options());
    } catch (\Exception $error) {
        report($error);
    }

    return $response;
}

function made_plainly(string $address)
{
    // ok: http-client-without-timeout-guzzle
    $client = new Client();
    return $client->get($address, Outgoing::options(['sink' => 'rates.csv']));
}

function made_for_the_address(string $name)
{
    // ruleid: http-client-without-timeout-guzzle
    $client = new Client();
    return $client->get('https://rates.example.com/', ['query' => ['name' => $name]]);
}

function at_home($provider)
{
    if (App::environment('local') && $provider instanceof Shop) {
        // ok: http-client-without-timeout-guzzle
        $provider->setHttpClient(new \GuzzleHttp\Client(['verify' => false]));
    }
    // ruleid: http-client-without-timeout-guzzle
    $provider->setHttpClient(new \GuzzleHttp\Client(['verify' => false]));
}
