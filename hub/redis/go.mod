module github.com/seed372fb791/rfc6455/hub/redis

go 1.25.0

require (
	github.com/redis/go-redis/v9 v9.22.0
	github.com/seed372fb791/rfc6455 v0.1.0
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/seed372fb791/rfc6455 => ../..
