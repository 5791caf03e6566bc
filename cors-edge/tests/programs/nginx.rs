//! nginx.

use cors_edge::Edge;
use expect_test::expect;

use super::{TABLE, exported};

#[test]
fn configuration() {
    expect![[r##"
        # Written by `cors export nginx` from the policies of the application. Do not edit it.
        # Relative paths are below the folder of `-p`.
        pid nginx.pid;
        error_log stderr;

        events {}

        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            scgi_temp_path scgi;
            uwsgi_temp_path uwsgi;

            # There is a variable for each test and each path, and a line for each rule.
            variables_hash_max_size 65536;
            variables_hash_bucket_size 128;
            map_hash_max_size 65536;

            upstream application {
                server 127.0.0.1:3000;
                keepalive 16;
            }

            map $http_upgrade $cors_connection {
                default upgrade;
                "" "";
            }

            # The path as it was sent, because the application compares that.
            map $request_uri $cors_path {
                "~^([^?]*)" $1;
            }

            map $request_method $cors_request_method_0 {
                "" 0;
                "~^(?:OPTIONS)\\z" 1;
                default 0;
            }

            map $http_access_control_request_method $cors_requested_method_1 {
                "" 0;
                "~^(?:GET)\\z" 1;
                default 0;
            }

            map $http_origin $cors_origin_2 {
                "" 0;
                "~^(?:https://app\\.example)\\z" 1;
                default 0;
            }

            map $http_access_control_request_headers $cors_requested_headers_3 {
                "" 1;
                "~^(?:[ \\t]*(?:,[ \\t]*){0,15})\\z" 1;
                default 0;
            }

            map $http_access_control_request_method $cors_requested_method_4 {
                "" 0;
                "~^(?:HEAD)\\z" 1;
                default 0;
            }

            map $http_access_control_request_method $cors_requested_method_5 {
                "" 0;
                default 1;
            }

            map $http_origin $cors_origin_6 {
                "" 0;
                default 1;
            }

            map $request_method $cors_request_method_7 {
                "" 0;
                "~^(?:(?:GET|HEAD))\\z" 1;
                default 0;
            }

            map $request_method $cors_request_method_8 {
                "" 0;
                "~^(?:GET)\\z" 1;
                default 0;
            }

            map $http_upgrade $cors_upgrade_9 {
                "" 0;
                "~^(?:(?i:(?:.*,)?[ \\t]*websocket[ \\t]*(?:,.*)?))\\z" 1;
                default 0;
            }

            map $http_origin $cors_origin_10 {
                "" 0;
                "~^(?:.*,.*)\\z" 1;
                default 0;
            }

            map $http_sec_fetch_site $cors_sec_fetch_site_11 {
                "" 0;
                "~^(?:(?:|[^ns].*|n(?:|[^o].*|o(?:|[^n].*|n(?:|[^e].*|e.+)))|s(?:|[^a].*|a(?:|[^m].*|m(?:|[^e].*|e(?:|[^-].*|-(?:|[^o].*|o(?:|[^r].*|r(?:|[^i].*|i(?:|[^g].*|g(?:|[^i].*|i(?:|[^n].*|n.+))))))))))))\\z" 1;
                default 0;
            }

            map $http_sec_fetch_site $cors_sec_fetch_site_12 {
                "" 1;
                default 0;
            }

            map $http_access_control_request_method $cors_requested_method_13 {
                "" 0;
                "~^(?:PUT)\\z" 1;
                default 0;
            }

            map $http_origin $cors_origin_14 {
                "" 0;
                "~^(?:(?:https://app\\.example|https://(?:[a-z0-9_-]{1,63}\\.)+app\\.example))\\z" 1;
                default 0;
            }

            map $http_origin $cors_origin_15 {
                "" 0;
                "~^(?:[^:]+://(?:[^:]{1,253}\\.?|\\[.*\\])(?::[0-9]+)?)\\z" 1;
                default 0;
            }

            map $http_access_control_request_headers $cors_requested_headers_16 {
                "" 0;
                "~^(?:(?i:[ \\t,]*(?:content-type|x-job-[!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \\t]*(?:,[ \\t,]*(?:content-type|x-job-[!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \\t]*)*(?:,[ \\t,]*)?))\\z" 1;
                default 0;
            }

            map $http_access_control_request_headers $cors_requested_headers_17 {
                "" 0;
                "~^(?:.{0,4096})\\z" 1;
                default 0;
            }

            map $http_access_control_request_headers $cors_requested_headers_18 {
                "" 0;
                "~^(?:[ \\t,]*[^ \\t,][^,]*(?:,[ \\t,]*[^ \\t,][^,]*){0,127}(?:,[ \\t,]*)?)\\z" 1;
                default 0;
            }

            map $http_access_control_request_headers $cors_requested_headers_19 {
                "" 0;
                "~^(?:(?:[ \\t]*[^ \\t,][^,]*,)*(?:[ \\t]*,(?:[ \\t]*[^ \\t,][^,]*,)*){0,15}(?:[ \\t]*|[ \\t]*[^ \\t,][^,]*|[ \\t]*,(?:[ \\t]*[^ \\t,][^,]*,)*[ \\t]*[^ \\t,][^,]*))\\z" 1;
                default 0;
            }

            map $request_method $cors_request_method_20 {
                "" 0;
                "~^(?:PUT)\\z" 1;
                default 0;
            }

            map "${cors_request_method_0}${cors_requested_method_1}${cors_origin_2}${cors_requested_headers_3}${cors_requested_method_4}${cors_requested_method_5}${cors_origin_6}${cors_request_method_7}${cors_request_method_8}${cors_upgrade_9}${cors_origin_10}${cors_sec_fetch_site_11}${cors_sec_fetch_site_12}" $cors_rule_of_0 {
                # preflight for GET: api::list, src/jobs.rs:12
                "~^1111" 1;
                # preflight for HEAD: api::list, src/jobs.rs:12
                "~^1.111" 2;
                # any other preflight: /jobs
                "~^1....11" 3;
                # GET, HEAD, an allowed origin: api::list, src/jobs.rs:12
                "~^..1....1" 4;
                # GET, HEAD, web socket, several lines of `Origin`: api::list, src/jobs.rs:12
                "~^........111" 5;
                # GET, HEAD, web socket, another site: api::list, src/jobs.rs:12
                "~^........11.1" 6;
                # GET, HEAD, web socket, no `Sec-Fetch-Site`: the application compares `Host`: api::list, src/jobs.rs:12
                "~^......1.11..1" 7;
                # GET, HEAD, any other request: api::list, src/jobs.rs:12
                "~^.......1" 8;
            }

            map "${cors_request_method_0}${cors_requested_headers_3}${cors_requested_method_5}${cors_origin_6}${cors_origin_10}${cors_sec_fetch_site_11}${cors_sec_fetch_site_12}${cors_requested_method_13}${cors_origin_14}${cors_origin_15}${cors_requested_headers_16}${cors_requested_headers_17}${cors_requested_headers_18}${cors_requested_headers_19}${cors_request_method_20}" $cors_rule_of_1 {
                # preflight for PUT: api::save, src/jobs.rs:20
                "~^1......1111111" 9;
                # preflight for PUT: api::save, src/jobs.rs:20
                "~^11.....111" 10;
                # any other preflight: /jobs/{id}
                "~^1.11" 11;
                # PUT, an allowed origin: api::save, src/jobs.rs:20
                "~^........11....1" 12;
                # PUT, write, several lines of `Origin`: api::save, src/jobs.rs:20
                "~^....1.........1" 13;
                # PUT, write, another site: api::save, src/jobs.rs:20
                "~^.....1........1" 14;
                # PUT, write, no `Sec-Fetch-Site`: the application compares `Host`: api::save, src/jobs.rs:20
                "~^...1..1.......1" 15;
                # PUT, any other request: api::save, src/jobs.rs:20
                "~^..............1" 16;
            }

            map $cors_path $cors_rule {
                # /jobs
                "~^(?:/jobs)\\z" $cors_rule_of_0;
                # /jobs/health
                "~^(?:/jobs/health)\\z" "";
                # /jobs/{id}
                "~^(?:/jobs/[^/]+)\\z" $cors_rule_of_1;
            }

            map $cors_rule $cors_status {
                1 204;
                2 204;
                3 403;
                5 403;
                6 403;
                9 204;
                10 204;
                11 403;
                13 403;
                14 403;
                default "";
            }

            map $cors_rule $cors_allow_origin {
                1 "https://app.example";
                2 "https://app.example";
                4 "https://app.example";
                8 "https://app.example";
                9 $http_origin;
                10 $http_origin;
                12 $http_origin;
                15 "";
                16 "";
                default $upstream_http_access_control_allow_origin;
            }

            map $cors_rule $cors_allow_credentials {
                4 "";
                8 "";
                9 "true";
                10 "true";
                12 "true";
                15 "";
                16 "";
                default $upstream_http_access_control_allow_credentials;
            }

            map $cors_rule $cors_allow_methods {
                1 "GET";
                2 "GET, HEAD";
                4 "";
                8 "";
                9 "PUT";
                10 "PUT";
                12 "";
                15 "";
                16 "";
                default $upstream_http_access_control_allow_methods;
            }

            map $cors_rule $cors_allow_headers {
                4 "";
                8 "";
                9 "content-type, $http_access_control_request_headers";
                12 "";
                15 "";
                16 "";
                default $upstream_http_access_control_allow_headers;
            }

            map $cors_rule $cors_expose_headers {
                4 "x-total";
                8 "x-total";
                12 "";
                15 "";
                16 "";
                default $upstream_http_access_control_expose_headers;
            }

            map $cors_rule $cors_max_age {
                4 "";
                8 "";
                9 "600";
                10 "600";
                12 "";
                15 "";
                16 "";
                default $upstream_http_access_control_max_age;
            }

            map $cors_rule $cors_vary {
                1 "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
                2 "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
                3 "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
                5 "Origin, Sec-Fetch-Site";
                6 "Origin, Sec-Fetch-Site";
                9 "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
                10 "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
                11 "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
                13 "Origin, Sec-Fetch-Site";
                14 "Origin, Sec-Fetch-Site";
                default "";
            }

            map $cors_rule $cors_cache_control {
                5 "no-store";
                6 "no-store";
                13 "no-store";
                14 "no-store";
                default "";
            }

            map $upstream_http_vary $cors_vary_origin_if_missing {
                "~*(?:^|,)[ \\t]*(?:Origin|\\*)[ \\t]*(?:,|$)" "";
                default Origin;
            }

            map $cors_rule $cors_vary_origin {
                12 $cors_vary_origin_if_missing;
                15 $cors_vary_origin_if_missing;
                16 $cors_vary_origin_if_missing;
                default "";
            }

            server {
                listen 0.0.0.0:8000;

                # In place of the application's: an empty body.
                if ($cors_status = 204) { return 204 ""; }
                if ($cors_status = 403) { return 403 ""; }
                # `always` includes errors. nginx sends no header without a value.
                proxy_hide_header access-control-allow-origin;
                proxy_hide_header access-control-allow-credentials;
                proxy_hide_header access-control-allow-methods;
                proxy_hide_header access-control-allow-headers;
                proxy_hide_header access-control-expose-headers;
                proxy_hide_header access-control-max-age;
                add_header access-control-allow-origin $cors_allow_origin always;
                add_header access-control-allow-credentials $cors_allow_credentials always;
                add_header access-control-allow-methods $cors_allow_methods always;
                add_header access-control-allow-headers $cors_allow_headers always;
                add_header access-control-expose-headers $cors_expose_headers always;
                add_header access-control-max-age $cors_max_age always;
                add_header vary $cors_vary always;
                add_header cache-control $cors_cache_control always;
                add_header vary $cors_vary_origin always;

                location / {
                    proxy_pass http://application;
                    proxy_http_version 1.1;
                    proxy_set_header Host $http_host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $cors_connection;
                    # nginx before version 1.23 compares only the first of several lines, so the application gets
                    # no other one.
                    proxy_set_header Origin $http_origin;
                    proxy_set_header Sec-Fetch-Site $http_sec_fetch_site;
                }
            }
        }
    "##]].assert_eq(&exported(Edge::Nginx, TABLE));
}
