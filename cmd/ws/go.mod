module github.com/seed372fb791/rfc6455/cmd/ws

go 1.25.0

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0
	github.com/creack/pty v1.1.24
	github.com/google/go-cmp v0.7.0
	github.com/gopacket/gopacket v1.7.7
	github.com/prometheus/client_golang v1.24.1
	github.com/seed372fb791/rfc6455 v0.1.0
	github.com/seed372fb791/rfc6455/observe/prometheus v0.1.0
	golang.org/x/crypto v0.55.0
	golang.org/x/net v0.58.0
	golang.org/x/term v0.45.0
	golang.org/x/text v0.41.0
)

require golang.org/x/sys v0.47.0

require (
	github.com/klauspost/compress v1.19.1
	github.com/nats-io/nats.go v1.53.1
	github.com/redis/go-redis/v9 v9.22.0
)

require (
	github.com/nats-io/nkeys v0.4.15 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	go.uber.org/atomic v1.11.0 // indirect
)

require (
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/prometheus/client_model v0.6.2 // indirect
	github.com/prometheus/common v0.70.1 // indirect
	github.com/prometheus/procfs v0.21.1 // indirect
	github.com/seed372fb791/rfc6455/hub/nats v0.1.0
	github.com/seed372fb791/rfc6455/hub/redis v0.1.0
	google.golang.org/protobuf v1.36.11 // indirect
)

replace github.com/seed372fb791/rfc6455 => ../..

replace github.com/seed372fb791/rfc6455/observe/prometheus => ../../observe/prometheus

replace github.com/seed372fb791/rfc6455/hub/redis => ../../hub/redis

replace github.com/seed372fb791/rfc6455/hub/nats => ../../hub/nats
