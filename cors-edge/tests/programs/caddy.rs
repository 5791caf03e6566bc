//! Caddy.

use cors_edge::Edge;
use expect_test::expect;

use super::{TABLE, exported};

#[test]
fn configuration() {
    expect![[r##"
        # Written by `cors export caddy` from the policies of the application. Do not edit it.
        {
        	admin off
        	auto_https off
        	persist_config off
        }

        http://:8000 {
        	bind 0.0.0.0

        	# The path as it was sent, because the application compares that.
        	map {http.request.orig_uri} {cors_path} {
        		"~^([^?]*)" "${1}"
        	}

        	route {
        		# /jobs
        		@path_1 expression `{cors_path}.matches(r"^(?:/jobs)$")`
        		handle @path_1 {
        			# preflight for GET: api::list, src/jobs.rs:12
        			@rule_1 expression `{http.request.method}.matches(r"^(?:OPTIONS)$") && {http.request.header.access-control-request-method}.matches(r"^(?:GET)$") && {http.request.header.origin}.matches(r"^(?:https://app\.example)$") && {http.request.header.access-control-request-headers}.matches(r"^(?:[ \t]*(?:,[ \t]*){0,15})$")`
        			handle @rule_1 {
        				header {
        					access-control-allow-origin "https://app.example"
        					access-control-allow-methods "GET"
        					vary "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        				}
        				respond 204
        			}
        			# preflight for HEAD: api::list, src/jobs.rs:12
        			@rule_2 expression `{http.request.method}.matches(r"^(?:OPTIONS)$") && {http.request.header.access-control-request-method}.matches(r"^(?:HEAD)$") && {http.request.header.origin}.matches(r"^(?:https://app\.example)$") && {http.request.header.access-control-request-headers}.matches(r"^(?:[ \t]*(?:,[ \t]*){0,15})$")`
        			handle @rule_2 {
        				header {
        					access-control-allow-origin "https://app.example"
        					access-control-allow-methods "GET, HEAD"
        					vary "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        				}
        				respond 204
        			}
        			# any other preflight: /jobs
        			@rule_3 expression `{http.request.method}.matches(r"^(?:OPTIONS)$") && {http.request.header.access-control-request-method} != "" && {http.request.header.origin} != ""`
        			handle @rule_3 {
        				header {
        					vary "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        				}
        				respond 403
        			}
        			# GET, HEAD, an allowed origin: api::list, src/jobs.rs:12
        			@rule_4 expression `{http.request.method}.matches(r"^(?:GET|HEAD)$") && {http.request.header.origin}.matches(r"^(?:https://app\.example)$")`
        			handle @rule_4 {
        				header {
        					access-control-allow-origin "https://app.example"
        					access-control-expose-headers "x-total"
        				}
        				reverse_proxy 127.0.0.1:3000 {
        					header_down -access-control-*
        				}
        			}
        			# GET, HEAD, web socket, several lines of `Origin`: api::list, src/jobs.rs:12
        			@rule_5 expression `{http.request.method}.matches(r"^(?:GET)$") && {http.request.header.upgrade} != "" && {http.request.header.upgrade}.matches(r"^(?:(?i:(?:.*,)?[ \t]*websocket[ \t]*(?:,.*)?))$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:.*,.*)$")`
        			handle @rule_5 {
        				header {
        					vary "Origin, Sec-Fetch-Site"
        					cache-control "no-store"
        				}
        				respond 403
        			}
        			# GET, HEAD, web socket, another site: api::list, src/jobs.rs:12
        			@rule_6 expression `{http.request.method}.matches(r"^(?:GET)$") && {http.request.header.upgrade} != "" && {http.request.header.upgrade}.matches(r"^(?:(?i:(?:.*,)?[ \t]*websocket[ \t]*(?:,.*)?))$") && {http.request.header.sec-fetch-site} != "" && {http.request.header.sec-fetch-site}.matches(r"^(?:(?:|[^ns].*|n(?:|[^o].*|o(?:|[^n].*|n(?:|[^e].*|e.+)))|s(?:|[^a].*|a(?:|[^m].*|m(?:|[^e].*|e(?:|[^-].*|-(?:|[^o].*|o(?:|[^r].*|r(?:|[^i].*|i(?:|[^g].*|g(?:|[^i].*|i(?:|[^n].*|n.+))))))))))))$")`
        			handle @rule_6 {
        				header {
        					vary "Origin, Sec-Fetch-Site"
        					cache-control "no-store"
        				}
        				respond 403
        			}
        			# GET, HEAD, web socket, no `Sec-Fetch-Site`: the application compares `Host`: api::list, src/jobs.rs:12
        			@rule_7 expression `{http.request.method}.matches(r"^(?:GET)$") && {http.request.header.upgrade} != "" && {http.request.header.upgrade}.matches(r"^(?:(?i:(?:.*,)?[ \t]*websocket[ \t]*(?:,.*)?))$") && {http.request.header.sec-fetch-site} == "" && {http.request.header.origin} != ""`
        			handle @rule_7 {
        				reverse_proxy 127.0.0.1:3000
        			}
        			# GET, HEAD, any other request: api::list, src/jobs.rs:12
        			@rule_8 expression `{http.request.method}.matches(r"^(?:GET|HEAD)$")`
        			handle @rule_8 {
        				header {
        					access-control-allow-origin "https://app.example"
        					access-control-expose-headers "x-total"
        				}
        				reverse_proxy 127.0.0.1:3000 {
        					header_down -access-control-*
        				}
        			}
        			handle {
        				reverse_proxy 127.0.0.1:3000
        			}
        		}

        		# /jobs/health
        		@path_2 expression `{cors_path}.matches(r"^(?:/jobs/health)$")`
        		handle @path_2 {
        			handle {
        				reverse_proxy 127.0.0.1:3000
        			}
        		}

        		# /jobs/{id}
        		@path_3 expression `{cors_path}.matches(r"^(?:/jobs/[^/]+)$")`
        		handle @path_3 {
        			# preflight for PUT: api::save, src/jobs.rs:20
        			@rule_9 expression `{http.request.method}.matches(r"^(?:OPTIONS)$") && {http.request.header.access-control-request-method}.matches(r"^(?:PUT)$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:(?:https://app\.example|https://(?:[a-z0-9_-]{1,63}\.)+app\.example))$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:[^:]+://(?:[^:]{1,253}\.?|\[.*\])(?::[0-9]+)?)$") && {http.request.header.access-control-request-headers} != "" && {http.request.header.access-control-request-headers}.matches(r"^(?:(?i:[ \t,]*(?:content-type|x-job-[!#$%&'*+.^_\x60|~0-9A-Za-z-]+)[ \t]*(?:,[ \t,]*(?:content-type|x-job-[!#$%&'*+.^_\x60|~0-9A-Za-z-]+)[ \t]*)*(?:,[ \t,]*)?))$") && {http.request.header.access-control-request-headers}.size() <= 4096 && {http.request.header.access-control-request-headers} != "" && {http.request.header.access-control-request-headers}.matches(r"^(?:[ \t,]*[^ \t,][^,]*(?:,[ \t,]*[^ \t,][^,]*){0,127}(?:,[ \t,]*)?)$") && {http.request.header.access-control-request-headers} != "" && {http.request.header.access-control-request-headers}.matches(r"^(?:(?:[ \t]*[^ \t,][^,]*,)*(?:[ \t]*,(?:[ \t]*[^ \t,][^,]*,)*){0,15}(?:[ \t]*|[ \t]*[^ \t,][^,]*|[ \t]*,(?:[ \t]*[^ \t,][^,]*,)*[ \t]*[^ \t,][^,]*))$")`
        			handle @rule_9 {
        				header {
        					access-control-allow-origin "{http.request.header.origin}"
        					access-control-allow-credentials "true"
        					access-control-allow-methods "PUT"
        					access-control-allow-headers "content-type, {http.request.header.access-control-request-headers}"
        					access-control-max-age "600"
        					vary "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        				}
        				respond 204
        			}
        			# preflight for PUT: api::save, src/jobs.rs:20
        			@rule_10 expression `{http.request.method}.matches(r"^(?:OPTIONS)$") && {http.request.header.access-control-request-method}.matches(r"^(?:PUT)$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:(?:https://app\.example|https://(?:[a-z0-9_-]{1,63}\.)+app\.example))$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:[^:]+://(?:[^:]{1,253}\.?|\[.*\])(?::[0-9]+)?)$") && {http.request.header.access-control-request-headers}.matches(r"^(?:[ \t]*(?:,[ \t]*){0,15})$")`
        			handle @rule_10 {
        				header {
        					access-control-allow-origin "{http.request.header.origin}"
        					access-control-allow-credentials "true"
        					access-control-allow-methods "PUT"
        					access-control-max-age "600"
        					vary "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        				}
        				respond 204
        			}
        			# any other preflight: /jobs/{id}
        			@rule_11 expression `{http.request.method}.matches(r"^(?:OPTIONS)$") && {http.request.header.access-control-request-method} != "" && {http.request.header.origin} != ""`
        			handle @rule_11 {
        				header {
        					vary "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        				}
        				respond 403
        			}
        			# PUT, an allowed origin: api::save, src/jobs.rs:20
        			@rule_12 expression `{http.request.method}.matches(r"^(?:PUT)$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:(?:https://app\.example|https://(?:[a-z0-9_-]{1,63}\.)+app\.example))$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:[^:]+://(?:[^:]{1,253}\.?|\[.*\])(?::[0-9]+)?)$")`
        			handle @rule_12 {
        				header {
        					access-control-allow-origin "{http.request.header.origin}"
        					access-control-allow-credentials "true"
        					vary "Origin"
        				}
        				header {
        					>vary "{http.response.header.vary}"
        					>vary "^(Origin)((?:,.*)?),[ \t]*(?i:Origin)[ \t]*((?:,.*)?)$" "$1$2$3"
        				}
        				reverse_proxy 127.0.0.1:3000 {
        					header_down -access-control-*
        				}
        			}
        			# PUT, write, several lines of `Origin`: api::save, src/jobs.rs:20
        			@rule_13 expression `{http.request.method}.matches(r"^(?:PUT)$") && {http.request.header.origin} != "" && {http.request.header.origin}.matches(r"^(?:.*,.*)$")`
        			handle @rule_13 {
        				header {
        					vary "Origin, Sec-Fetch-Site"
        					cache-control "no-store"
        				}
        				respond 403
        			}
        			# PUT, write, another site: api::save, src/jobs.rs:20
        			@rule_14 expression `{http.request.method}.matches(r"^(?:PUT)$") && {http.request.header.sec-fetch-site} != "" && {http.request.header.sec-fetch-site}.matches(r"^(?:(?:|[^ns].*|n(?:|[^o].*|o(?:|[^n].*|n(?:|[^e].*|e.+)))|s(?:|[^a].*|a(?:|[^m].*|m(?:|[^e].*|e(?:|[^-].*|-(?:|[^o].*|o(?:|[^r].*|r(?:|[^i].*|i(?:|[^g].*|g(?:|[^i].*|i(?:|[^n].*|n.+))))))))))))$")`
        			handle @rule_14 {
        				header {
        					vary "Origin, Sec-Fetch-Site"
        					cache-control "no-store"
        				}
        				respond 403
        			}
        			# PUT, write, no `Sec-Fetch-Site`: the application compares `Host`: api::save, src/jobs.rs:20
        			@rule_15 expression `{http.request.method}.matches(r"^(?:PUT)$") && {http.request.header.sec-fetch-site} == "" && {http.request.header.origin} != ""`
        			handle @rule_15 {
        				header {
        					vary "Origin"
        				}
        				header {
        					>vary "{http.response.header.vary}"
        					>vary "^(Origin)((?:,.*)?),[ \t]*(?i:Origin)[ \t]*((?:,.*)?)$" "$1$2$3"
        				}
        				reverse_proxy 127.0.0.1:3000 {
        					header_down -access-control-*
        				}
        			}
        			# PUT, any other request: api::save, src/jobs.rs:20
        			@rule_16 expression `{http.request.method}.matches(r"^(?:PUT)$")`
        			handle @rule_16 {
        				header {
        					vary "Origin"
        				}
        				header {
        					>vary "{http.response.header.vary}"
        					>vary "^(Origin)((?:,.*)?),[ \t]*(?i:Origin)[ \t]*((?:,.*)?)$" "$1$2$3"
        				}
        				reverse_proxy 127.0.0.1:3000 {
        					header_down -access-control-*
        				}
        			}
        			handle {
        				reverse_proxy 127.0.0.1:3000
        			}
        		}

        		reverse_proxy 127.0.0.1:3000
        	}
        }
    "##]].assert_eq(&exported(Edge::Caddy, TABLE));
}
