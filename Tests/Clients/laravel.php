<?php

// The calls of the API's reference with Laravel's Http, from Debian's packages.
require '/usr/share/php/GuzzleHttp/autoload.php';
require '/usr/share/php/Illuminate/Container/autoload.php';
require '/usr/share/php/Illuminate/Http/autoload.php';

use Illuminate\Container\Container;
use Illuminate\Http\Client\Response;
use Illuminate\Support\Facades\Facade;
use Illuminate\Support\Facades\Http;

Facade::setFacadeApplication(new Container());

$url = getenv('API_URL');
$phone = '+15551058756';

function tell(Response $response): void
{
    echo $response->body(), "\n", $response->status(), "\n";
}

function action(string $name, array $body = []): void
{
    tell(Http::withToken(getenv('QYVO_TOKEN'))->acceptJson()
        ->post(getenv('API_URL') . "/v1/actions/$name", $body));
}

tell(Http::withToken(getenv('QYVO_TOKEN'))->get("$url/v1/me"));
action('create-contact', [
    'phone' => '+1 555 105 8756', 'name' => 'Ana Pérez', 'tags' => 'vip, eu', 'metadata' => [],
]);
action('update-contact', [
    'phone' => $phone, 'name' => 'Ana', 'tags' => ['vip', 'new'],
    'metadata' => ['plan' => 'gold', 'ltv' => 9120.5],
]);
action('update-contact', ['phone' => $phone, 'email' => '', 'metadata' => (object) []]);
action('add-tag', ['phone' => $phone, 'tag' => 'späť']);
action('remove-tag', ['phone' => $phone, 'tag' => 'new']);
action('get-contact', ['phone' => $phone]);
action('search-contacts');
action('list-tags');
action('update-contact', ['phone' => '+15550000000', 'name' => 'Nobody']);
action('update-contact', ['phone' => $phone, 'email' => 'none']);
tell(Http::get("$url/v1/me"));
