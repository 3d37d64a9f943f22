module github.com/seed372fb791/rfc6455/cmd/ws

go 1.26.0

require (
	github.com/HdrHistogram/hdrhistogram-go v1.4.0
	github.com/google/go-cmp v0.7.0
	github.com/seed372fb791/rfc6455 v0.0.0
	golang.org/x/net v0.62.0
)

require golang.org/x/text v0.43.0 // indirect

replace github.com/seed372fb791/rfc6455 => ../..
