//! HAProxy.

use cors_edge::Edge;
use expect_test::expect;

use super::{TABLE, exported};

#[test]
fn configuration() {
    expect![[r##"
        # Written by `cors export haproxy` from the policies of the application. Do not edit it.
        defaults
            mode http
            timeout connect 5s
            timeout client 1m
            timeout server 1m
            timeout tunnel 1h

        frontend edge
            bind 0.0.0.0:8000
            default_backend application

            http-request set-var(txn.path) path
            http-request set-var(txn.host) req.fhdr(host)
            http-request set-var(txn.origin) req.fhdr(origin)
            http-request set-var(txn.access_control_request_method) req.fhdr(access-control-request-method)
            http-request set-var(txn.access_control_request_headers) req.fhdr(access-control-request-headers)
            http-request set-var(txn.sec_fetch_site) req.fhdr(sec-fetch-site)
            http-request set-var(txn.sec_fetch_mode) req.fhdr(sec-fetch-mode)
            http-request set-var(txn.sec_fetch_dest) req.fhdr(sec-fetch-dest)
            # Several lines have a value that no policy allows, because HAProxy does not join them.
            http-request set-var(txn.host) 'str("several,lines:?")' if { req.fhdr_cnt(host) gt 1 }
            http-request set-var(txn.origin) 'str("several,lines:?")' if { req.fhdr_cnt(origin) gt 1 }
            http-request set-var(txn.access_control_request_method) 'str("several,lines:?")' if { req.fhdr_cnt(access-control-request-method) gt 1 }
            http-request set-var(txn.access_control_request_headers) 'str("several,lines:?")' if { req.fhdr_cnt(access-control-request-headers) gt 1 }
            http-request set-var(txn.sec_fetch_site) 'str("several,lines:?")' if { req.fhdr_cnt(sec-fetch-site) gt 1 }
            http-request set-var(txn.sec_fetch_mode) 'str("several,lines:?")' if { req.fhdr_cnt(sec-fetch-mode) gt 1 }
            http-request set-var(txn.sec_fetch_dest) 'str("several,lines:?")' if { req.fhdr_cnt(sec-fetch-dest) gt 1 }

            acl method-0 method -- 'OPTIONS'
            acl requested-method-1 var(txn.access_control_request_method) -m str -- 'GET'
            acl origin-2 var(txn.origin) -m str -- 'https://app.example'
            acl requested-headers-3 var(txn.access_control_request_headers) -m reg -- '^(?:[ \t]*(?:,[ \t]*){0,15})\z'
            acl requested-headers-3 req.fhdr_cnt(access-control-request-headers) eq 0
            acl requested-method-4 var(txn.access_control_request_method) -m str -- 'HEAD'
            acl requested-method-5 req.fhdr_cnt(access-control-request-method) gt 0
            acl origin-6 req.fhdr_cnt(origin) gt 0
            acl method-7 method -- 'GET' 'HEAD'
            acl method-8 method -- 'GET'
            acl upgrade-9 req.fhdr(upgrade) -m reg -- '^(?:(?i:(?:.*,)?[ \t]*websocket[ \t]*(?:,.*)?))\z'
            acl origin-10 var(txn.origin) -m reg -- '^(?:.*,.*)\z'
            acl sec-fetch-site-11 var(txn.sec_fetch_site) -m reg -- '^(?:(?:|[^ns].*|n(?:|[^o].*|o(?:|[^n].*|n(?:|[^e].*|e.+)))|s(?:|[^a].*|a(?:|[^m].*|m(?:|[^e].*|e(?:|[^-].*|-(?:|[^o].*|o(?:|[^r].*|r(?:|[^i].*|i(?:|[^g].*|g(?:|[^i].*|i(?:|[^n].*|n.+))))))))))))\z'
            acl sec-fetch-site-12 req.fhdr_cnt(sec-fetch-site) eq 0
            acl requested-method-13 var(txn.access_control_request_method) -m str -- 'PUT'
            acl origin-14 var(txn.origin) -m reg -- '^(?:(?:https://app\.example|https://(?:[a-z0-9_-]{1,63}\.)+app\.example))\z'
            acl origin-15 var(txn.origin) -m reg -- '^(?:[^:]+://(?:[^:]{1,253}\.?|\[.*\])(?::[0-9]+)?)\z'
            acl requested-headers-16 var(txn.access_control_request_headers) -m reg -- '^(?:(?i:[ \t,]*(?:content-type|x-job-[!#$%&'\''*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:,[ \t,]*(?:content-type|x-job-[!#$%&'\''*+.^_`|~0-9A-Za-z-]+)[ \t]*)*(?:,[ \t,]*)?))\z'
            acl requested-headers-17 var(txn.access_control_request_headers) -m len 0:4096
            acl requested-headers-18 var(txn.access_control_request_headers) -m reg -- '^(?:[ \t,]*[^ \t,][^,]*(?:,[ \t,]*[^ \t,][^,]*){0,127}(?:,[ \t,]*)?)\z'
            acl requested-headers-19 var(txn.access_control_request_headers) -m reg -- '^(?:(?:[ \t]*[^ \t,][^,]*,)*(?:[ \t]*,(?:[ \t]*[^ \t,][^,]*,)*){0,15}(?:[ \t]*|[ \t]*[^ \t,][^,]*|[ \t]*,(?:[ \t]*[^ \t,][^,]*,)*[ \t]*[^ \t,][^,]*))\z'
            acl method-20 method -- 'PUT'

            # /jobs
            http-request set-var(txn.cors_path) int(1) if { var(txn.path) -m str -- '/jobs' }
            # preflight for GET: api::list, src/jobs.rs:12
            http-request return status 204 hdr access-control-allow-origin 'https://app.example' hdr access-control-allow-methods 'GET' hdr vary 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-0 requested-method-1 origin-2 requested-headers-3
            # preflight for HEAD: api::list, src/jobs.rs:12
            http-request return status 204 hdr access-control-allow-origin 'https://app.example' hdr access-control-allow-methods 'GET, HEAD' hdr vary 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-0 requested-method-4 origin-2 requested-headers-3
            # any other preflight: /jobs
            http-request return status 403 hdr vary 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-0 requested-method-5 origin-6
            # GET, HEAD, an allowed origin: api::list, src/jobs.rs:12
            http-request set-var(txn.cors_rule) int(4) if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-7 origin-2
            # GET, HEAD, web socket, several lines of `Origin`: api::list, src/jobs.rs:12
            http-request return status 403 hdr vary 'Origin, Sec-Fetch-Site' hdr cache-control 'no-store' if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-8 upgrade-9 origin-10
            # GET, HEAD, web socket, another site: api::list, src/jobs.rs:12
            http-request return status 403 hdr vary 'Origin, Sec-Fetch-Site' hdr cache-control 'no-store' if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-8 upgrade-9 sec-fetch-site-11
            # GET, HEAD, web socket, no `Sec-Fetch-Site`: the application compares `Host`: api::list, src/jobs.rs:12
            http-request set-var(txn.cors_rule) int(7) if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-8 upgrade-9 sec-fetch-site-12 origin-6
            # GET, HEAD, any other request: api::list, src/jobs.rs:12
            http-request set-var(txn.cors_rule) int(8) if { var(txn.cors_path) -m int 1 } !{ var(txn.cors_rule) -m found } method-7
            # The rules of other paths do not decide.
            http-request allow if { var(txn.cors_path) -m int 1 }

            # /jobs/health
            http-request set-var(txn.cors_path) int(2) if { var(txn.path) -m str -- '/jobs/health' }
            # The rules of other paths do not decide.
            http-request allow if { var(txn.cors_path) -m int 2 }

            # /jobs/{id}
            http-request set-var(txn.cors_path) int(3) if { var(txn.path) -m reg -- '^(?:/jobs/[^/]+)\z' }
            # preflight for PUT: api::save, src/jobs.rs:20
            http-request return status 204 hdr access-control-allow-origin '%[var(txn.origin)]' hdr access-control-allow-credentials 'true' hdr access-control-allow-methods 'PUT' hdr access-control-allow-headers 'content-type, %[var(txn.access_control_request_headers)]' hdr access-control-max-age '600' hdr vary 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-0 requested-method-13 origin-14 origin-15 requested-headers-16 requested-headers-17 requested-headers-18 requested-headers-19
            # preflight for PUT: api::save, src/jobs.rs:20
            http-request return status 204 hdr access-control-allow-origin '%[var(txn.origin)]' hdr access-control-allow-credentials 'true' hdr access-control-allow-methods 'PUT' hdr access-control-max-age '600' hdr vary 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-0 requested-method-13 origin-14 origin-15 requested-headers-3
            # any other preflight: /jobs/{id}
            http-request return status 403 hdr vary 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-0 requested-method-5 origin-6
            # PUT, an allowed origin: api::save, src/jobs.rs:20
            http-request set-var(txn.cors_rule) int(12) if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-20 origin-14 origin-15
            # PUT, write, several lines of `Origin`: api::save, src/jobs.rs:20
            http-request return status 403 hdr vary 'Origin, Sec-Fetch-Site' hdr cache-control 'no-store' if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-20 origin-10
            # PUT, write, another site: api::save, src/jobs.rs:20
            http-request return status 403 hdr vary 'Origin, Sec-Fetch-Site' hdr cache-control 'no-store' if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-20 sec-fetch-site-11
            # PUT, write, no `Sec-Fetch-Site`: the application compares `Host`: api::save, src/jobs.rs:20
            http-request set-var(txn.cors_rule) int(15) if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-20 sec-fetch-site-12 origin-6
            # PUT, any other request: api::save, src/jobs.rs:20
            http-request set-var(txn.cors_rule) int(16) if { var(txn.cors_path) -m int 3 } !{ var(txn.cors_rule) -m found } method-20
            # The rules of other paths do not decide.
            http-request allow if { var(txn.cors_path) -m int 3 }

            # The headers of responses, by the rule of the request.
            http-after-response del-header access-control- -m beg if { var(txn.cors_rule) -m int 4 8 12 15 16 }
            http-after-response set-header access-control-allow-origin 'https://app.example' if { var(txn.cors_rule) -m int 4 8 }
            http-after-response set-header access-control-expose-headers 'x-total' if { var(txn.cors_rule) -m int 4 8 }
            http-after-response set-header access-control-allow-origin '%[var(txn.origin)]' if { var(txn.cors_rule) -m int 12 }
            http-after-response set-header access-control-allow-credentials 'true' if { var(txn.cors_rule) -m int 12 }
            http-after-response add-header vary Origin if { var(txn.cors_rule) -m int 12 15 16 } !{ res.fhdr(vary) -m reg -i -- '(?:^|,)[ \t]*(?:Origin|\*)[ \t]*(?:,|$)' }

        backend application
            server application 127.0.0.1:3000
    "##]].assert_eq(&exported(Edge::HaProxy, TABLE));
}
