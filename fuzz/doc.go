// Package fuzz holds the fuzz targets. Each states a property that has to hold
// for any input: parsing what was appended gives it back, cutting the input in
// other places changes nothing, two endpoints understand each other, a plain
// and slow definition agrees with the fast one.
//
// Their seeds are the fixtures of testdata, so that
//
//	go test ./fuzz
//
// runs the properties over all of these, and
//
//	go test ./fuzz -run '^$' -fuzz FuzzChunking -fuzztime 1m -fuzzminimizetime 10x
//
// looks for more. An input that broke a property stays in testdata/fuzz as a
// seed.
package fuzz
