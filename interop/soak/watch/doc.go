// Package watch looks at the process that it is in, again and again, and says
// whether it grows.
//
//	sample.go   what it looks at
//	process.go  what the system says of the process
//	growth.go   what counts as growth
//	left.go     what has to be gone at the end
//	svg.go      the samples as a chart
package watch
