module github.com/seed372fb791/rfc6455/interop

go 1.26.0

require (
	github.com/coder/websocket v1.8.15
	github.com/gobwas/httphead v0.1.0
	github.com/gobwas/ws v1.5.0
	github.com/gorilla/websocket v1.5.3
	github.com/lesismal/nbio v1.6.12
	github.com/lxzan/gws v1.10.1
	github.com/redis/go-redis/v9 v9.22.0
	github.com/seed372fb791/rfc6455 v0.1.0
	github.com/seed372fb791/rfc6455/cmd/ws v0.1.0
	github.com/seed372fb791/rfc6455/hub/redis v0.1.0
	github.com/sourcegraph/jsonrpc2 v0.2.3
	golang.org/x/mod v0.42.0
	golang.org/x/net v0.62.0
	golang.org/x/sys v0.49.0
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/klauspost/compress v1.18.6 // indirect
	github.com/lesismal/llib v1.2.4 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/term v0.47.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/seed372fb791/rfc6455 => ../

replace github.com/seed372fb791/rfc6455/cmd/ws => ../cmd/ws

replace github.com/seed372fb791/rfc6455/hub/redis => ../hub/redis
