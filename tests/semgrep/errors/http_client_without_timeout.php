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
