// Package nats tests the backplanes of package hub/nats on real servers: one within the test, and a cluster of three
// processes, of which those that matter are killed, or stand still.
//
//	server.go        a server that runs in this process
//	process.go       one that is a process of its own: the test's program again, see main_test.go
//	cluster.go       three of them
//	core_test.go, jetstream_test.go, cluster_test.go
//	                 the suite for backplanes
package nats
