<?php

// ruleid: literal-signing-key-php
$token = JWT::encode($payload, 'not-a-real-key', 'HS256');
// ruleid: literal-signing-key-php
$digest = hash_hmac('sha256', $body, 'not-a-real-key');
// ruleid: literal-signing-key-php
$claims = JWT::decode($token, new Key('not-a-real-key', 'HS256'));
// ok: literal-signing-key-php
$token = JWT::encode($payload, config('auth.key'), 'HS256');
// ok: literal-signing-key-php
$digest = hash_hmac('sha256', $body, $secret);
// ok: literal-signing-key-php
$digest = hash_hmac('sha256', 'ping', getenv('HOOK_SECRET'));
