module github.com/seed372fb791/rfc6455/cmd/ws

go 1.25.0

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0
	github.com/creack/pty v1.1.24
	github.com/google/go-cmp v0.7.0
	github.com/gopacket/gopacket v1.7.7
	github.com/seed372fb791/rfc6455 v0.1.0
	golang.org/x/crypto v0.55.0
	golang.org/x/net v0.58.0
	golang.org/x/term v0.45.0
	golang.org/x/text v0.41.0
)

require golang.org/x/sys v0.47.0

require github.com/klauspost/compress v1.18.6

replace github.com/seed372fb791/rfc6455 => ../..
